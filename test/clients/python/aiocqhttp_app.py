"""An aiocqhttp application on its default server (Hypercorn), as a bridge's WebSocket server or HTTP target.

It prints one JSON object a line, for the runner:
  {"kind": "event", ...}   each message, with the tag it came with
  {"kind": "told", ...}    what a call's answer told it
  {"kind": "failed", ...}  a call that failed
"""

import argparse
import asyncio
import json
import logging

from aiocqhttp import CQHttp, Event
from aiocqhttp.exceptions import Error


def say(kind: str, **values) -> None:
    print(json.dumps({"kind": kind, **values}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secret")
    parser.add_argument("--token")
    parser.add_argument("--api-root")
    args = parser.parse_args()

    bot = CQHttp(
        __name__, secret=args.secret, access_token=args.token, api_root=args.api_root, api_timeout_sec=20
    )
    bot.logger.setLevel(logging.ERROR)

    @bot.on_message("group")
    async def on_message(event: Event):
        say("event", message_id=event.message_id, text=event.raw_message, server=event.get("server"))
        if event.raw_message == "quick":
            return {"reply": f"quick {args.name} {event.message_id}", "at_sender": False}
        if event.raw_message == "ping":
            text = f"pong {args.name} {event.message_id}"
            try:
                answer = await bot.send(event, text)
                say("told", text=text, message_id=answer["message_id"])
            except Error as error:
                say("failed", text=text, error=repr(error))
        return None

    asyncio.run(bot.run_task(host="127.0.0.1", port=args.port))


if __name__ == "__main__":
    main()
