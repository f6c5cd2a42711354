"""What both programs of the sample shop need of HTTP: listen, answer, log, stop."""

import datetime
import html
import json
import os
import pathlib
import signal
import socket
import sys
import threading
import time
import urllib.parse
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = (pathlib.Path(__file__).resolve().parent / "VERSION").read_text(encoding="utf-8").strip()
LARGEST_BODY = 64 * 1024


def as_json(value):
    """What JSON has no form for: times as in RFC 3339, the rest as text."""
    return value.isoformat() if isinstance(value, datetime.datetime) else str(value)


def log(message, **fields):
    """One JSON object a line on standard output."""
    entry = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "message": message, **fields}
    print(json.dumps(entry, default=as_json), flush=True)


def at_least(version):
    """Whether this program's version is `version` (a tuple) or newer."""
    return tuple(int(part) for part in VERSION.split("-")[0].split(".")) >= version


def identity(service):
    """Which instance answers: shown at /version, so that a caller can tell whom it talks to."""
    return {
        "service": service,
        "version": VERSION,
        "instance": os.environ.get("POD_NAME") or socket.gethostname(),
        "namespace": os.environ.get("POD_NAMESPACE", ""),
    }


class Problem(Exception):
    """A request that cannot be answered as asked."""

    def __init__(self, status, detail):
        super().__init__(detail)
        self.status = HTTPStatus(status)


class Handler(BaseHTTPRequestHandler):
    """Looks up `(method, path)` in `routes`, then `(method, parent/*)`, whose route is given the last part."""

    protocol_version = "HTTP/1.1"
    server_version = "shop"
    sys_version = ""
    timeout = 30
    # An answer goes out in two parts; without this the second waits until the first is acknowledged, for 40 ms.
    disable_nagle_algorithm = True
    routes = {}

    def do_GET(self):
        self.dispatch("GET")

    def do_HEAD(self):
        self.dispatch("GET")

    def do_POST(self):
        self.dispatch("POST")

    def dispatch(self, method):
        """Calls the route; a problem becomes a JSON answer, never a dropped connection."""
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        try:
            # The body is read whatever the route: what is left unread would be taken for the next request.
            self.body = self.read_body()
            route = self.routes.get((method, url.path))
            if route is None:
                parent, _, last = url.path.rpartition("/")
                route = self.routes.get((method, parent + "/*"))
                if route is None or not last:
                    raise Problem(404, f"there is nothing at {url.path}")
                route(self, last)
            else:
                route(self)
        except Problem as problem:
            self.answer_json({"error": str(problem)}, problem.status)
        except Exception as error:  # the thread must answer, whatever a route raised
            log("request failed", path=url.path, error=f"{type(error).__name__}: {error}".strip())
            self.answer_json({"error": "the request failed; see the log"}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def read_body(self):
        """The request's body, at most `LARGEST_BODY` bytes."""
        try:
            length = int(self.headers.get("Content-Length", "0"))
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST_BODY:
            self.close_connection = True
            raise Problem(413, f"a body has at most {LARGEST_BODY} bytes")
        return self.rfile.read(length)

    def number(self, name, default, lowest, highest):
        """A whole number from the query."""
        try:
            value = int(self.query.get(name, default))
        except ValueError:
            value = lowest - 1
        if not lowest <= value <= highest:
            raise Problem(400, f"{name} is a whole number from {lowest} to {highest}")
        return value

    def answer(self, body, content_type, status=HTTPStatus.OK, headers=()):
        """Sends one whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_json(self, value, status=HTTPStatus.OK):
        """Sends a JSON answer."""
        self.answer(json.dumps(value, default=as_json).encode() + b"\n", "application/json", status)

    def answer_page(self, title, content, color):
        """Sends an HTML page; `content` is markup, already escaped."""
        page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 52rem; padding: 1rem }}
header {{ background: {color}; color: white; padding: .6rem 1rem; border-radius: .4rem }}
table {{ border-collapse: collapse; width: 100% }} td, th {{ text-align: left; padding: .2rem .6rem .2rem 0 }}
</style></head><body><header><strong>{html.escape(title)}</strong> version {html.escape(VERSION)}</header>
{content}
</body></html>
"""
        self.answer(page.encode(), "text/html; charset=utf-8")

    def log_message(self, format, *args):
        if self.path != "/healthz":
            log(format % args, client=self.client_address[0])


class Server(ThreadingHTTPServer):
    """A thread per connection; open connections do not hold up the end of the process."""

    daemon_threads = True
    request_queue_size = 128


def serve(service, routes):
    """Listens on $POD_IP, port 8080, until SIGTERM or SIGINT."""
    handler = type("Routes", (Handler,), {"routes": routes})
    address = (os.environ.get("POD_IP") or "0.0.0.0", int(os.environ.get("LISTEN_PORT", "8080")))
    server = Server(address, handler)

    def stop(*_):
        # `shutdown` waits for the loop that this signal interrupted, so another thread has to ask.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log("listening", address=f"{address[0]}:{address[1]}", **identity(service))
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    log("stopped", service=service)
    sys.exit(0)
