"""What MCDReforged takes for a Minecraft server: it prints two lines and waits for `stop`, or for the end of its input."""

import sys


def main() -> None:
    print('[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21.1', flush=True)
    print('[12:00:00] [Server thread/INFO]: Done (0.1s)! For help, type "help"', flush=True)
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    print('[12:00:00] [Server thread/INFO]: Stopping the server', flush=True)


if __name__ == "__main__":
    main()
