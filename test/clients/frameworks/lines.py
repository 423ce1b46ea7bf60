"""What the applications of this folder share: their command line, and the JSON lines that the runner reads.

{"kind": "event", ...}   each message, with the tag it came with
{"kind": "told", ...}    what a call's answer told it
{"kind": "failed", ...}  a call that failed
"""

import argparse
import json
import socket


def say(kind: str, **values) -> None:
    print(json.dumps({"kind": kind, **values}), flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token")
    parser.add_argument("--url", help="what it dials; without one it listens")
    return parser.parse_args()


def listen_idly(port: int) -> socket.socket:
    """For an application that dials: the runner waits for the port to know that it runs."""
    return socket.create_server(("127.0.0.1", port))
