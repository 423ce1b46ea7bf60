"""An AliceBot application with its CQHTTP adapter, which takes the bridge on /cqhttp/ws. It takes frames up to 4 MiB, and reads
segments only: a message that is text ends its link.
"""

from alicebot import Bot
from alicebot.adapter.cqhttp import CQHTTPAdapter
from alicebot.adapter.cqhttp.event import GroupMessageEvent
from alicebot.plugin import Plugin

from lines import options, say

args = options()


class Pong(Plugin[GroupMessageEvent, None, None]):
    async def rule(self) -> bool:
        return isinstance(self.event, GroupMessageEvent)

    async def handle(self) -> None:
        event = self.event
        words = event.get_plain_text()
        say("event", message_id=event.message_id, text=words, server=getattr(event, "server", None))
        if words != "ping":
            return
        text = f"pong {args.name} {event.message_id}"
        try:
            told = await event.reply(text)
            say("told", text=text, message_id=told["message_id"])
        except Exception as error:
            say("failed", text=text, error=repr(error))


def main() -> None:
    bot = Bot(
        config_file=None,
        config_dict={
            "bot": {"log": {"level": "WARNING"}},
            "adapter": {
                "cqhttp": {
                    "adapter_type": "reverse-ws",
                    "host": "127.0.0.1",
                    "port": args.port,
                    "url": "/cqhttp/ws",
                    "api_timeout": 20,
                }
            },
        },
    )
    bot.load_adapters(CQHTTPAdapter)
    bot.load_plugins(Pong)
    bot.run()


if __name__ == "__main__":
    main()
