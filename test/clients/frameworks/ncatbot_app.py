"""An ncatbot application against --url, as if that were a NapCat that runs already (remote mode). It opens a connection to try it,
reads one frame, closes it, and opens the real one. It shows its plugins no `server`.
"""

import os
import tempfile

# It writes its config, its log and its plugins where it is started.
os.chdir(tempfile.mkdtemp(prefix="qqbridge-ncatbot-"))

from ncatbot.core import BotClient, GroupMessageEvent  # noqa: E402

from lines import listen_idly, options, say  # noqa: E402

args = options()
bot = BotClient()


@bot.on_group_message()
async def pong(event: GroupMessageEvent) -> None:
    say("event", message_id=int(event.message_id), text=event.raw_message)
    if event.raw_message != "ping":
        return
    text = f"pong {args.name} {event.message_id}"
    try:
        told = await bot.api.send_group_text(event.group_id, text)
        say("told", text=text, message_id=int(told))
    except Exception as error:
        say("failed", text=text, error=repr(error))


def main() -> None:
    idle = listen_idly(args.port)
    bot.run(
        bt_uin="10001",
        root="10086",
        ws_uri=args.url,
        ws_token=args.token,
        remote_mode=True,
        enable_webui=False,
        enable_webui_interaction=False,
    )
    idle.close()


if __name__ == "__main__":
    main()
