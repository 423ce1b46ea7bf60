"""An MCDReforged plugin that takes its events as ImAPI and QQChat 3 do (github.com/MCDReforged-Towhee-Community/ImAPI, read in
Mooling0602/ImAPI-MatrixDriver at 2cf9a26, im_api/drivers/qq.py, in its mode `ws_server`): a WebSocket server of aiohttp, which
takes frames up to 4 MiB; `message` is read as text (`startswith`), and what is no text is not understood; calls have no `echo`, and
their answers are not read. The code here is ours.
"""

import asyncio
import json
import os
import sys
import threading

from aiohttp import WSMsgType, web
from mcdreforged.api.event import LiteralEvent
from mcdreforged.api.types import PluginServerInterface

PLUGIN_METADATA = {"id": "imapi_way", "version": "1.0.0", "name": "ImAPI's way"}

NAME = os.environ["APPLICATION_NAME"]
PORT = int(os.environ["APPLICATION_PORT"])

loop = asyncio.new_event_loop()
links: "list[web.WebSocketResponse]" = []


def say(kind: str, **values) -> None:
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\n")
    sys.stdout.flush()


def on_load(server: PluginServerInterface, _previous) -> None:
    async def take(request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        links.append(link)
        try:
            async for frame in link:
                if frame.type == WSMsgType.TEXT:
                    hear(server, json.loads(frame.data))
        finally:
            links.remove(link)
        return link

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/ws/", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORT).start()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    server.register_event_listener("imapi_way.message", chat)
    threading.Thread(target=run, name="ImAPI", daemon=True).start()


def hear(server: PluginServerInterface, event: dict) -> None:
    if event.get("post_type") == "message":
        server.dispatch_event(LiteralEvent("imapi_way.message"), (event,))


def chat(_server: PluginServerInterface, event: dict) -> None:
    content = event["message"]
    try:
        is_ping = content.startswith("ping")
    except AttributeError as error:
        say("failed", text=str(content), error=repr(error))
        return
    say("event", message_id=event["message_id"], text=content, server=event.get("server"))
    if is_ping:
        text = f"pong {NAME} {event['message_id']}"
        call = {"action": "send_group_msg", "params": {"message": text, "group_id": int(event["group_id"])}}
        asyncio.run_coroutine_threadsafe(send(call), loop)


async def send(call: dict) -> None:
    for link in links:
        if not link.closed:
            await link.send_json(call)
            return
    say("failed", text=json.dumps(call), error="no link")
