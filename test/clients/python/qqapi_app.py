"""aiocqhttp used as the QQAPI plugin of MCDReforged uses it: on uvicorn, in an event loop that lives in a thread of its
own, while the calls come from another thread (there: the plugin executor) and name no `self_id`.

Prints the same lines as aiocqhttp_app.py.
"""

import argparse
import asyncio
import concurrent.futures
import json
import logging
import queue
import threading

from aiocqhttp import CQHttp, Event
from aiocqhttp.exceptions import Error
from uvicorn import Config, Server


def say(kind: str, **values) -> None:
    print(json.dumps({"kind": kind, **values}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()

    loop = asyncio.new_event_loop()
    started = threading.Event()
    events: "queue.Queue[Event]" = queue.Queue()
    bots: list[CQHttp] = []

    def serve() -> None:
        async def run() -> None:
            bot = CQHttp(api_root=None)
            bots.append(bot)

            @bot.on_message
            async def on_message(event: Event):
                say("event", message_id=event.message_id, text=event.raw_message, server=event.get("server"))
                events.put(event)

            server = Server(
                Config(bot.server_app, host="127.0.0.1", port=args.port, loop="none", log_level=logging.CRITICAL)
            )
            started.set()
            await server.serve()

        loop.run_until_complete(run())

    threading.Thread(target=serve, name="QQ API", daemon=True).start()
    started.wait()
    bot = bots[0]

    def answered(text: str, future) -> None:
        try:
            say("told", text=text, message_id=future.result()["message_id"])
        except Error as error:
            say("failed", text=text, error=repr(error))

    while True:
        event = events.get()
        if event.raw_message != "ping":
            continue
        text = f"pong {args.name} {event.message_id}"
        if event.message_id % 2 == 0:
            # A plugin that waits for the answer in its own thread.
            future = asyncio.run_coroutine_threadsafe(bot.send_group_msg(group_id=event.group_id, message=text), loop)
            try:
                future.exception(20)
            except concurrent.futures.TimeoutError:
                say("failed", text=text, error="the plugin's thread waited 20 s")
                continue
            answered(text, future)
        else:
            # A plugin that hands the call over and goes on.
            future = asyncio.run_coroutine_threadsafe(bot.send(event, text), loop)
            future.add_done_callback(lambda done, text=text: answered(text, done))


if __name__ == "__main__":
    main()
