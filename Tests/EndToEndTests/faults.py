"""What can go wrong between a client and an API server, and plans of when it does."""

import asyncio
import collections
import json
import random
import threading


class Calm:
    """The plan by which nothing goes wrong."""

    async def carry_out(self, exchange, connection):
        return await connection.pass_on(exchange)

    def note(self, exchange):
        pass


# Each takes an exchange, its connection and the plan's random numbers, and says whether the connection can be used again.


def refusal(code, reason, message, retry_after=None):
    details = {} if retry_after is None else {"retryAfterSeconds": retry_after}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
            "reason": reason, "details": details, "code": code}


async def answer(exchange, connection, code, text, body, headers=()):
    exchange.status = code
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/plain" if isinstance(body, str) else "application/json"
    connection.begin((f"HTTP/1.1 {code} {text}", [("Content-Type", kind), *headers]), len(content))
    connection.writer.write(content)
    await connection.writer.drain()
    return True


async def delay(exchange, connection, dice):
    """It takes seconds."""
    await asyncio.sleep(dice.uniform(0.2, 3))
    return await connection.pass_on(exchange)


async def drop_before(exchange, connection, dice):
    """The connection ends before the server has seen the request."""
    connection.abort()
    return False


async def drop_after(exchange, connection, dice):
    """The server does what was asked, and its answer is lost."""
    head = await connection.ask(exchange)
    async for _ in connection.pieces(exchange, head):
        if exchange.streams:
            break
    connection.abort()
    return False


async def too_many(exchange, connection, dice):
    """Priority and fairness: come back in a second."""
    return await answer(
        exchange, connection, 429, "Too Many Requests",
        refusal(429, "TooManyRequests", "the server has received too many requests and has asked us to try again later",
                1), [("Retry-After", "1")])


async def internal(exchange, connection, dice):
    """The server stumbles before it did anything."""
    return await answer(
        exchange, connection, 500, "Internal Server Error",
        refusal(500, "InternalError", "Internal error occurred: etcdserver: request timed out"))


async def unavailable(exchange, connection, dice):
    """What a load balancer says without servers behind it: no Status object."""
    return await answer(exchange, connection, 503, "Service Unavailable", "upstream connect error or disconnect")


async def truncate(exchange, connection, dice):
    """The connection ends within the answer, whose length was said or left open."""
    head = await connection.ask(exchange)
    pieces = []
    async for piece in connection.pieces(exchange, head):
        pieces.append(piece)
        if exchange.streams:
            break
    body = b"".join(pieces)
    part = body[:dice.randrange(len(body))] if body else b""
    if dice.random() < 0.5:
        connection.begin(head, len(body) + 1)
        connection.writer.write(part)
    else:
        connection.begin(head)
        if part:
            await connection.send(part)
    await connection.writer.drain()
    connection.hang_up()
    return False


async def expire(exchange, connection, dice):
    """The list that is to be continued is too old."""
    return await answer(
        exchange, connection, 410, "Gone",
        refusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result."))


# Of watches, once they run: each takes the lines that it lets through before.


async def watched_lines(exchange, connection, head):
    rest = b""
    async for piece in connection.pieces(exchange, head):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"


async def cut(exchange, connection, dice, line):
    """It ends in the middle of an event."""
    if line:
        await connection.send(line[:dice.randrange(1, len(line))])
    connection.abort()


async def stall(exchange, connection, dice, line):
    """Nothing comes any more, and nobody says so."""
    connection.hang_up()
    await connection.wait_until_left()


async def expired(exchange, connection, dice, line):
    """The server cannot continue from that version."""
    event = {"type": "ERROR", "object": refusal(410, "Expired", "too old resource version: 1 (2)")}
    await connection.send(json.dumps(event).encode() + b"\n")
    connection.end()
    connection.hang_up()
    await connection.writer.drain()


async def close(exchange, connection, dice, line):
    """It ends early, but properly."""
    connection.end()
    connection.hang_up()
    await connection.writer.drain()


REQUEST_FAULTS = [delay, drop_before, drop_after, too_many, internal, unavailable, truncate]
WATCH_FAULTS = [cut, stall, expired, close]


class Storm:
    """A plan by which things go wrong at random, drawn from a seed.

    Each client's program draws for each verb from a sequence of its own, so that what one does changes nothing of what
    happens to the others.

    - rate: the share of requests that something happens to
    - watch_rate: the share of watches that something happens to once they run
    - longest: after how many seconds of a watch at most
    - page: how many objects a page of a list holds at most, so that lists have to be continued
    """

    def __init__(self, seed, rate, watch_rate, longest=20, page=None, spared=()):
        self.seed, self.rate, self.watch_rate, self.longest, self.page = seed, rate, watch_rate, longest, page
        self.spared = set(spared)
        self.dice = {}
        self.lock = threading.Lock()
        self.requests = collections.Counter()
        self.faults = collections.Counter()

    def dice_for(self, *names):
        key = "/".join(map(str, (self.seed, *names)))
        return self.dice.setdefault(key, random.Random(key))

    async def carry_out(self, exchange, connection):
        if exchange.client in self.spared:
            return await connection.pass_on(exchange)
        dice = self.dice_for(exchange.client, exchange.program, exchange.verb)
        chance, choice = dice.random(), random.Random(dice.random())
        if chance < self.rate:
            faults = REQUEST_FAULTS + [expire] * 3 if exchange.continues else REQUEST_FAULTS
            fault = choice.choice(faults)
            exchange.fault = fault.__name__
            return await fault(exchange, connection, choice)
        if exchange.is_watch and choice.random() < self.watch_rate:
            return await self.disturb(exchange, connection, choice)
        query = None
        if self.page and exchange.verb == "list":
            query = [(name, str(min(self.page, int(value))) if name == "limit" else value)
                     for name, value in exchange.query]
        return await connection.pass_on(exchange, query)

    async def disturb(self, exchange, connection, dice):
        """A watch that runs for a time, or for a number of events, before something happens to it."""
        fault = dice.choice(WATCH_FAULTS)
        deadline = asyncio.get_running_loop().time() + dice.uniform(0, self.longest)
        count = dice.randrange(1, 40)
        head = await connection.ask(exchange)
        connection.begin(head)
        lines = watched_lines(exchange, connection, head)
        pending = b""
        while count > 0:
            upcoming = asyncio.ensure_future(anext(lines, None))
            done, _ = await asyncio.wait({upcoming}, timeout=max(0, deadline - asyncio.get_running_loop().time()))
            if not done:
                upcoming.cancel()
                await asyncio.gather(upcoming, return_exceptions=True)
                break
            line = await upcoming
            if line is None:  # the server was quicker
                connection.end()
                return True
            count -= 1
            if count == 0:
                pending = line
                break
            await connection.send(line)
        exchange.fault = fault.__name__
        await fault(exchange, connection, dice, pending)
        return False

    def note(self, exchange):
        with self.lock:
            self.requests[exchange.client] += 1
            if exchange.fault:
                self.faults[exchange.fault] += 1

    def summary(self):
        """How many requests there were, and what happened to them."""
        with self.lock:
            total, hit = sum(self.requests.values()), sum(self.faults.values())
            kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return f"{hit} of {total} requests ({100 * hit / max(1, total):.1f} %): {kinds}"
