"""aiocqhttp used as the adapter of AstrBot uses it (github.com/AstrBotDevs/AstrBot at 19d00fb,
astrbot/core/platform/sources/aiocqhttp): a reverse WebSocket on /ws with a token, which understands messages as segments only
and answers with segments. AstrBot itself would bring a hundred packages of language models. Its server, Hypercorn, takes frames
up to 16 MiB.
"""

import asyncio
import logging

from aiocqhttp import CQHttp, Event
from aiocqhttp.exceptions import Error

from lines import options, say

args = options()


def main() -> None:
    bot = CQHttp(
        use_ws_reverse=True,
        import_name="aiocqhttp",
        api_timeout_sec=180,
        access_token=args.token,
    )
    logging.getLogger("aiocqhttp").setLevel(logging.ERROR)

    @bot.on_message("group")
    async def group(event: Event) -> None:
        if not isinstance(event["message"], list):
            say("failed", text=event.raw_message, error="the message is no array")
            return
        words = "".join(segment["data"]["text"] for segment in event["message"] if segment["type"] == "text")
        say("event", message_id=event.message_id, text=words, server=event.get("server"))
        if words != "ping":
            return
        text = f"pong {args.name} {event.message_id}"
        try:
            answer = await bot.send_group_msg(
                group_id=event.group_id, message=[{"type": "text", "data": {"text": text}}], self_id=event.self_id
            )
            say("told", text=text, message_id=answer["message_id"])
        except Error as error:
            say("failed", text=text, error=repr(error))

    asyncio.run(bot.run_task(host="127.0.0.1", port=args.port))


if __name__ == "__main__":
    main()
