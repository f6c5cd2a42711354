#!/usr/bin/python3
"""A service that says which version it is, or one that never gets ready, or one that exits: as its image says."""

import http.server
import json
import os
import pathlib
import signal
import sys

VERSION, MODE = (pathlib.Path(__file__).resolve().parent / "VERSION").read_text(encoding="utf-8").split()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = json.dumps({"version": VERSION}).encode()
        self.send_response(503 if MODE == "unready" and self.path == "/healthz" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if MODE == "exit":
    print("this version does not start", flush=True)
    sys.exit(3)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
address = (os.environ.get("POD_IP", "127.0.0.1"), int(os.environ["PORT"]))
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
