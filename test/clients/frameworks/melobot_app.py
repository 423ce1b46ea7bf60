"""A melobot application with its OneBot 11 protocol: a WebSocket server, or with --url a client. It takes frames up to 1 MiB, and
as a server one connection in all; a second one is refused with 403.
"""

from melobot import Bot, PluginPlanner
from melobot.log import Logger, LogLevel
from melobot.protocols.onebot.v11 import (
    Adapter,
    GroupMessageEvent,
    OneBotV11Protocol,
    WSClient,
    WSServer,
    on_message,
)

from lines import listen_idly, options, say

args = options()


@on_message()
async def pong(adapter: Adapter, event: GroupMessageEvent) -> None:
    say("event", message_id=event.message_id, text=event.text, server=event.raw.get("server"))
    if event.text != "ping":
        return
    text = f"pong {args.name} {event.message_id}"
    try:
        handles = await adapter.send_custom(text, group_id=event.group_id)
        echo = (await handles)[0]
        if echo is None or echo.data is None:
            raise RuntimeError(f"no data: {echo}")
        say("told", text=text, message_id=echo.data["message_id"])
    except Exception as error:
        say("failed", text=text, error=repr(error))


def main() -> None:
    if args.url:
        idle = listen_idly(args.port)
        source = WSClient(args.url, retry_delay=1, access_token=args.token)
    else:
        idle = None
        source = WSServer("127.0.0.1", args.port, access_token=args.token)
    bot = Bot(args.name, logger=Logger(level=LogLevel.WARNING))
    bot.add_protocol(OneBotV11Protocol(source))
    bot.load_plugin(PluginPlanner("1.0.0", flows=[pong]))
    bot.run()
    if idle is not None:
        idle.close()


if __name__ == "__main__":
    main()
