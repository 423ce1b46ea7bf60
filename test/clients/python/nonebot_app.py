"""A NoneBot2 application with its OneBot adapter; it prints JSON lines as aiocqhttp_app.py does.

--url: the forward WebSocket that it dials. --api: the HTTP API for its calls. With neither the bridge dials or posts.
"""

import argparse
import json

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent


def say(kind: str, **values) -> None:
    print(json.dumps({"kind": kind, **values}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token")
    parser.add_argument("--secret")
    parser.add_argument("--url")
    parser.add_argument("--api")
    args = parser.parse_args()

    nonebot.init(
        driver="~fastapi+~httpx+~websockets",
        host="127.0.0.1",
        port=args.port,
        log_level="WARNING",
        api_timeout=20,
        onebot_access_token=args.token,
        onebot_secret=args.secret,
        onebot_ws_urls=[args.url] if args.url else [],
        onebot_api_roots={"10001": args.api} if args.api else {},
    )
    nonebot.get_driver().register_adapter(Adapter)

    matcher = nonebot.on_message(block=False)

    @matcher.handle()
    async def on_message(bot: Bot, event: GroupMessageEvent):
        text = event.get_plaintext()
        say("event", message_id=event.message_id, text=text, server=event.model_dump().get("server"))
        if text != "ping":
            return
        answer = f"pong {args.name} {event.message_id}"
        try:
            told = await bot.send(event, answer)
            say("told", text=answer, message_id=told["message_id"])
        except Exception as error:
            say("failed", text=answer, error=repr(error))

    nonebot.run()


if __name__ == "__main__":
    main()
