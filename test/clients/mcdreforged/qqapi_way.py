"""An MCDReforged plugin that uses aiocqhttp as QQAPI and QQChat do (github.com/AnzhiZhang/MCDReforgedPlugins at 671a052,
src/qq_api and src/qq_chat): uvicorn in an event loop of its own thread, an API root that is empty and no token, events dispatched
to plugins, which match on `raw_message` and call from MCDReforged's thread without `self_id`. The code here is ours.
"""

import asyncio
import json
import logging
import os
import sys
import threading

from aiocqhttp import CQHttp, Event
from mcdreforged.api.event import LiteralEvent
from mcdreforged.api.types import PluginServerInterface
from uvicorn import Config, Server

PLUGIN_METADATA = {"id": "qqapi_way", "version": "1.0.0", "name": "QQAPI's way"}

NAME = os.environ["APPLICATION_NAME"]
PORT = int(os.environ["APPLICATION_PORT"])

loop = asyncio.new_event_loop()
uvicorn_server: "Server | None" = None


def say(kind: str, **values) -> None:
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\n")
    sys.stdout.flush()


def on_load(server: PluginServerInterface, _previous) -> None:
    started = threading.Event()

    async def serve() -> None:
        global uvicorn_server
        bot = CQHttp(api_root=None)

        @bot.on_message
        async def on_message(event: Event) -> None:
            server.dispatch_event(LiteralEvent("qqapi_way.on_message"), (bot, event))

        uvicorn_server = Server(
            Config(bot.server_app, host="127.0.0.1", port=PORT, loop="none", log_level=logging.CRITICAL)
        )
        started.set()
        await uvicorn_server.serve()

    server.register_event_listener("qqapi_way.on_message", chat)
    threading.Thread(target=lambda: loop.run_until_complete(serve()), name="QQ API", daemon=True).start()
    started.wait()


def on_unload(_server: PluginServerInterface) -> None:
    if uvicorn_server is not None:
        uvicorn_server.should_exit = True


def chat(_server: PluginServerInterface, bot: CQHttp, event: Event) -> None:
    """Runs in MCDReforged's thread for events, as a plugin that answers a chat command."""
    say("event", message_id=event.message_id, text=event.raw_message, server=event.get("server"))
    if event.raw_message != "ping":
        return
    text = f"pong {NAME} {event.message_id}"
    future = asyncio.run_coroutine_threadsafe(bot.send_group_msg(group_id=event.group_id, message=text), loop)

    def answered(done) -> None:
        if done.exception() is None:
            say("told", text=text, message_id=done.result()["message_id"])
        else:
            say("failed", text=text, error=repr(done.exception()))

    future.add_done_callback(answered)
