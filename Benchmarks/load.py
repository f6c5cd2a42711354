"""Clients of a web server, and a bare server that does nothing but answer them."""

import selectors
import socket
import time


def serve(connection, answers):
    """Answers every request with bytes known before, as fast as one process of this language can."""
    listener = socket.create_server(("127.0.0.1", 0))
    connection.send(listener.getsockname()[1])
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(client, selectors.EVENT_READ)
                continue
            request = key.fileobj.recv(65536)
            if request:
                key.fileobj.sendall(answers[int(request.split(b" ", 2)[1][1:])])
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()


class Load:
    """Clients that each ask again as soon as they were answered, each over one connection."""

    def __init__(self, address, request, clients):
        self.request = request
        self.selector = selectors.DefaultSelector()
        for _ in range(clients):
            client = socket.create_connection(address)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(client, selectors.EVENT_READ, {})

    def ask(self, key):
        key.data.update(asked=time.perf_counter(), first=None, received=bytearray(), length=None)
        key.fileobj.sendall(self.request)

    def run(self, requests, seconds=60):
        """The times to the first byte in seconds, in order of size, and how many requests were answered in a second.

        Of a slow server less is asked: nothing more once the seconds are over.
        """
        start = time.perf_counter()
        asked = min(requests, len(self.selector.get_map()))
        for key in list(self.selector.get_map().values())[:asked]:
            self.ask(key)
        times = []
        while len(times) < asked:
            for key, _ in self.selector.select():
                now = time.perf_counter()
                state = key.data
                state["first"] = state["first"] or now
                piece = key.fileobj.recv(1 << 20)
                if not piece:
                    raise RuntimeError("the server closed the connection")
                state["received"] += piece
                if not self.is_complete(state):
                    continue
                times.append(state["first"] - state["asked"])
                if asked < requests and now < start + seconds:
                    asked += 1
                    self.ask(key)
        return sorted(times), len(times) / (time.perf_counter() - start)

    @staticmethod
    def is_complete(state):
        received = state["received"]
        if state["length"] is None:
            end = received.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(received[:end]).decode("latin-1").lower()
            code = head.split(" ", 2)[1]
            if code not in ("200", "304"):
                raise RuntimeError(head)
            length = [line for line in head.split("\r\n") if line.startswith("content-length:")]
            if not length and code != "304":
                raise RuntimeError(f"an answer without a length: {head}")
            state["length"] = end + 4 + (int(length[0].split(":")[1]) if length and code == "200" else 0)
        return len(received) >= state["length"]

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))] * 1000
