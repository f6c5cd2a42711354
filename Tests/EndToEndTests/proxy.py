"""A reverse proxy between the services and a cluster's API server, which records what is asked and can do damage.

Clients speak plain HTTP/1.1 to it, each on a port of its own that tells them apart; it speaks HTTP or TLS to the
server, with the credentials of the cluster's kubeconfig. What is to be followed, as a watch, is streamed.
"""

import asyncio
import base64
import functools
import json
import os
import pathlib
import re
import ssl
import tempfile
import threading
import time
import urllib.parse

from faults import Calm

LIMIT = 1 << 26
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "expect"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class Upstream:
    """The API server that a kubeconfig leads to. The file is read at the first connection: it may not exist before."""

    def __init__(self, kubeconfig):
        self.kubeconfig = pathlib.Path(kubeconfig)
        self.known = None

    def read(self):
        text = self.kubeconfig.read_text()
        # dev-cluster writes one cluster and one user, each value on a line of its own.
        value = lambda key: (re.search(rf'"?\b{key}"?:\s*"?([^"\s,]+)', text) or [None, None])[1]
        address = urllib.parse.urlsplit(value("server"))
        context = None
        if address.scheme == "https":
            context = ssl.create_default_context(cadata=decoded(value("certificate-authority-data")))
            if value("client-certificate-data"):
                with tempfile.TemporaryDirectory() as folder:
                    pair = pathlib.Path(folder, "pair.pem")
                    pair.touch(mode=0o600)
                    pair.write_text(decoded(value("client-certificate-data")) + decoded(value("client-key-data")))
                    context.load_cert_chain(pair)
        # It carries its token in the path where there is no TLS: kubectl and Helm send none without.
        token = address.path.removeprefix("/token/").rstrip("/") or value("token")
        self.known = (address.hostname, address.port, context, token)
        return self.known

    async def connect(self):
        host, port, context, token = self.known or self.read()
        reader, writer = await asyncio.open_connection(host, port, ssl=context, limit=LIMIT)
        return reader, writer, f"{host}:{port}", token


def decoded(text):
    return base64.b64decode(text).decode() if text else None


class Gone(Exception):
    """One side closed its connection."""


async def read_head(reader):
    """The first line and the headers of a message; `None` at the end of the connection."""
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = block.decode("latin-1").split("\r\n")[:-2]
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return first, headers


def header(headers, name):
    return next((value for key, value in headers if key.lower() == name), None)


async def read_chunks(reader):
    """The pieces of a chunked body."""
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        piece = await reader.readexactly(size + 2)
        if size == 0:
            return
        yield piece[:-2]


async def read_pieces(reader, headers, status=None, method=None):
    """The pieces of any body."""
    length = header(headers, "content-length")
    if method == "HEAD" or status in (204, 304):
        return
    if "chunked" in (header(headers, "transfer-encoding") or "").lower():
        async for piece in read_chunks(reader):
            yield piece
    elif length is not None:
        left = int(length)
        while left > 0:
            piece = await reader.read(min(left, 1 << 16))
            if not piece:
                raise Gone
            left -= len(piece)
            yield piece
    elif status is not None:  # an answer without a length ends with its connection
        while piece := await reader.read(1 << 16):
            yield piece


class Exchange:
    """One request and what became of it."""

    def __init__(self, client, method, target, headers, body, plan):
        self.at = time.time()
        self.plan = plan
        self.client = client
        self.method = method
        self.path, _, self.asked = target.partition("?")
        self.query = urllib.parse.parse_qsl(self.asked, keep_blank_values=True)
        self.headers = headers
        self.body = body
        self.agent = header(headers, "user-agent") or ""
        self.program = self.agent.split("/")[0].split(" ")[0].lower() or "unknown"
        self.status = None
        self.answer = b""
        self.answer_bytes = 0
        self.fault = None

    def asks(self, name, *values):
        return any(key == name and value in values for key, value in self.query)

    @property
    def is_watch(self):
        return self.method == "GET" and self.asks("watch", "true", "1")

    @property
    def continues(self):
        return any(key == "continue" and value for key, value in self.query)

    @property
    def streams(self):
        return self.is_watch or self.asks("follow", "true", "1")

    @property
    def resource(self):
        """Group, version, namespace, resource, name, subresource; or `None` where the path is none of an object."""
        parts = self.path.strip("/").split("/")
        if parts[0] == "api" and len(parts) > 2:
            group, version, rest = "", parts[1], parts[2:]
        elif parts[0] == "apis" and len(parts) > 3:
            group, version, rest = parts[1], parts[2], parts[3:]
        else:
            return None
        namespace = None
        if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
            namespace, rest = rest[1], rest[2:]
        return (group, version, namespace, *rest, *[None] * (3 - len(rest)))[:6]

    @property
    def verb(self):
        if self.resource is None:
            return "discovery"
        named = self.resource[4] is not None
        if self.method == "PATCH":
            return "apply" if "apply-patch" in (header(self.headers, "content-type") or "") else "patch"
        if self.method == "GET":
            return "watch" if self.is_watch else "get" if named else "list"
        if self.method == "DELETE":
            return "delete" if named else "deletecollection"
        return {"POST": "create", "PUT": "update"}.get(self.method, self.method.lower())

    def record(self):
        entry = {
            "at": round(self.at, 6), "seconds": round(time.time() - self.at, 6), "client": self.client,
            "agent": self.agent, "verb": self.verb, "resource": self.resource, "method": self.method,
            "path": self.path, "query": self.query,
            "contentType": header(self.headers, "content-type"), "status": self.status,
            "requestBytes": len(self.body), "answerBytes": self.answer_bytes, "fault": self.fault,
        }
        if self.method in WRITES:
            entry["request"], entry["answer"] = parsed(self.body), parsed(self.answer)
        return entry


def parsed(content):
    """JSON as it is, anything else in base64."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return {"base64": base64.b64encode(content).decode()}


class Connection:
    """A client's connection, with the one to the server that belongs to it."""

    def __init__(self, proxy, client, reader, writer):
        self.proxy, self.client, self.reader, self.writer = proxy, client, reader, writer
        self.server = None
        self.left = None

    async def serve(self):
        while head := await read_head(self.reader):
            first, headers = head
            method, target, _ = first.split(" ", 2)
            if "100-continue" in (header(headers, "expect") or "").lower():
                self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = b"".join([piece async for piece in read_pieces(self.reader, headers)])
            exchange = Exchange(self.client, method, target, headers, body, self.proxy.plan)
            self.proxy.under_way.add(exchange)
            try:
                keeps = await exchange.plan.carry_out(exchange, self)
            finally:
                self.proxy.note(exchange)
            if not keeps or (header(headers, "connection") or "").lower() == "close":
                return

    # What the plans are made of.

    async def ask(self, exchange, query=None):
        """Passes the request on, and returns the head of the answer."""
        if self.server is None or self.server[0].at_eof() or self.server[1].is_closing():
            self.hang_up()
            self.server = await self.proxy.upstream.connect()
        reader, writer, host, token = self.server
        target = exchange.path
        if query := exchange.asked if query is None else urllib.parse.urlencode(query, quote_via=urllib.parse.quote):
            target += "?" + query
        kept = [(name, value) for name, value in exchange.headers
                if name.lower() not in HOP_BY_HOP | {"host", "content-length"}]
        upgrade = header(exchange.headers, "upgrade")
        lines = [f"{exchange.method} {target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in kept]
        if upgrade:
            lines.append("Connection: Upgrade")
        if token and not header(kept, "authorization"):
            lines.append(f"Authorization: Bearer {token}")
        if exchange.body or exchange.method in WRITES:
            lines.append(f"Content-Length: {len(exchange.body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + exchange.body)
        await writer.drain()
        head = await read_head(reader)
        if head is None:
            raise Gone
        exchange.status = int(head[0].split(" ")[1])
        return head

    async def pieces(self, exchange, head):
        """The pieces of the answer's body. Ends where a client leaves that was to follow it."""
        left = self.left = asyncio.ensure_future(self.reader.read(1)) if exchange.streams else None
        pieces = read_pieces(self.server[0], head[1], exchange.status, exchange.method)
        piece = None
        try:
            while True:
                piece = asyncio.ensure_future(anext(pieces, None))
                await asyncio.wait({piece, left} - {None}, return_when=asyncio.FIRST_COMPLETED)
                if left is not None and left.done():
                    if left.result():
                        raise ValueError("a client sent a request before it had its last answer")
                    raise Gone
                content = await piece
                if content is None:
                    if left is not None:
                        left.cancel()
                    return
                exchange.answer_bytes += len(content)
                if exchange.method in WRITES:
                    exchange.answer += content
                yield content
        finally:
            if piece is not None:
                piece.cancel()

    def begin(self, head, length=None):
        """Sends the head of an answer; its body follows in chunks, unless its length is given."""
        kept = [(name, value) for name, value in head[1] if name.lower() not in HOP_BY_HOP | {"content-length"}]
        kept.append(("Transfer-Encoding", "chunked") if length is None else ("Content-Length", length))
        self.writer.write("\r\n".join([head[0], *(f"{name}: {value}" for name, value in kept), "", ""]).encode("latin-1"))

    async def send(self, piece):
        """A chunk of the body that was begun."""
        self.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await self.writer.drain()

    def end(self):
        """The end of the body that was begun."""
        self.writer.write(b"0\r\n\r\n")

    async def pass_on(self, exchange, query=None):
        """The request to the server and its answer back, as if nobody were in between."""
        head = await self.ask(exchange, query)
        if exchange.status == 101:
            return await self.tunnel(head)
        if not exchange.streams:
            body = b"".join([piece async for piece in self.pieces(exchange, head)])
            if exchange.method == "HEAD":
                self.begin(head, header(head[1], "content-length") or 0)
            else:
                self.begin(head, len(body))
            self.writer.write(body)
        else:
            self.begin(head)
            async for piece in self.pieces(exchange, head):
                await self.send(piece)
            self.end()
        await self.writer.drain()
        return True

    async def tunnel(self, head):
        self.writer.write("\r\n".join([head[0], *(f"{name}: {value}" for name, value in head[1]), "", ""]).encode())

        async def pump(reader, writer):
            while piece := await reader.read(1 << 16):
                writer.write(piece)
                await writer.drain()
            writer.close()

        await asyncio.gather(pump(self.reader, self.server[1]), pump(self.server[0], self.writer),
                             return_exceptions=True)
        return False

    async def wait_until_left(self):
        """Until the client closes the connection over which it follows an answer."""
        await asyncio.wait({self.left})

    def abort(self):
        """Ends the client's connection as a machine does that was switched off."""
        self.writer.transport.abort()

    def hang_up(self):
        if self.server is not None:
            self.server[1].close()
            self.server = None


class Proxy:
    """Listens on a port of loopback for each client, in a thread of its own."""

    def __init__(self, kubeconfig, clients, record=None):
        self.upstream = Upstream(kubeconfig)
        self.plan = Calm()
        self.trouble = []
        self.file = None
        if record is not None:
            # What is written to a cluster holds secrets.
            self.file = os.fdopen(os.open(record, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w")
        self.loop = asyncio.new_event_loop()
        self.tasks, self.connections, self.ports = set(), set(), dict.fromkeys(clients)
        # Requests whose answers have not ended: watches, above all. They are recorded at their end.
        self.under_way = set()
        started = threading.Event()
        self.thread = threading.Thread(target=self.run, args=[started], daemon=True)
        self.thread.start()
        started.wait()

    def run(self, started):
        asyncio.set_event_loop(self.loop)
        servers = [self.loop.run_until_complete(self.listen(client)) for client in self.ports]
        started.set()
        self.loop.run_forever()
        for server in servers:
            server.close()
        for task in self.tasks:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*self.tasks, return_exceptions=True))
        self.loop.close()

    async def listen(self, client):
        server = await asyncio.start_server(functools.partial(self.accept, client), "127.0.0.1", 0, limit=LIMIT)
        self.ports[client] = server.sockets[0].getsockname()[1]
        return server

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        if self.file is not None:
            self.file.close()

    def kubeconfigs(self, folder):
        """Writes a kubeconfig for each client, which leads here. Returns the folder."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for client, port in self.ports.items():
            (folder / f"{client}.yaml").write_text(json.dumps({
                "apiVersion": "v1", "kind": "Config", "current-context": "proxy",
                "clusters": [{"name": "proxy", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
                "users": [{"name": "proxy", "user": {}}],
                "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}],
            }))
        return folder

    def follow(self, plan):
        """From now on, this plan; what the one before did to open connections is over."""
        self.plan = plan
        self.loop.call_soon_threadsafe(self.disconnect)

    def disconnect(self):
        for connection in list(self.connections):
            connection.abort()

    def note(self, exchange):
        self.under_way.discard(exchange)
        exchange.plan.note(exchange)
        if self.file is not None:
            self.file.write(json.dumps(exchange.record()) + "\n")
            self.file.flush()

    async def accept(self, client, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        connection = Connection(self, client, reader, writer)
        self.connections.add(connection)
        try:
            await connection.serve()
        except (Gone, OSError, asyncio.IncompleteReadError):
            connection.abort()
        except Exception as error:  # said by the test at its end
            self.trouble.append(repr(error))
            connection.abort()
        finally:
            self.tasks.discard(task)
            self.connections.discard(connection)
            if connection.left is not None:
                connection.left.cancel()
            connection.hang_up()
            writer.close()
