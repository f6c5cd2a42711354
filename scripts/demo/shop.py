"""The sample shop, asked from outside through the cluster's entry."""

import functools
import http.client
import json
import os
import socket
import ssl
import urllib.parse


@functools.cache
def trust():
    """Trusts nobody but the environment's authority."""
    return ssl.create_default_context(cafile=os.environ["UNDERSTUDY_CA"])


class Connection(http.client.HTTPSConnection):
    """TLS with a host at the entry. Hosts end in .localhost, which needs no name server: the entry has an address."""

    def __init__(self, entry, host):
        super().__init__(host, timeout=10, context=trust())
        self.entry = entry

    def connect(self):
        """Goes to the entry, and expects a certificate that is valid for the host."""
        address, _, port = self.entry.rpartition(":")
        connection = socket.create_connection((address, int(port)), self.timeout)
        self.sock = trust().wrap_socket(connection, server_hostname=self.host)


class Site:
    """One host behind the entry."""

    def __init__(self, entry, host):
        self.entry = entry
        self.host = host

    def __str__(self):
        return self.host

    def ask(self, path, form=None, order=None, plain=False):
        """Status, headers and text of the answer, over TLS unless it is to be plain HTTP."""
        headers = {"Connection": "close"}
        body = None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urllib.parse.urlencode(form)
        if order is not None:
            headers["Content-Type"], body = "application/json", json.dumps(order)
        if plain:
            headers["Host"] = self.host
            connection = http.client.HTTPConnection(self.entry, timeout=10)
        else:
            connection = Connection(self.entry, self.host)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace")
        except OSError as error:
            return 0, {}, str(error)
        finally:
            connection.close()

    def json(self, path):
        """The answer as JSON, or a description of why there is none."""
        status, _, text = self.ask(path)
        try:
            return json.loads(text) if status == 200 else {"status": status, "answer": text[:200]}
        except ValueError:
            return {"status": status, "answer": text[:200]}

    def version(self):
        """Which version answers."""
        return self.json("/version").get("version")

    def count(self):
        """How many orders it knows."""
        return self.json("/orders/count").get("count")

    def customers(self):
        """Who placed the latest orders."""
        return {order["customer"] for order in self.json("/orders?limit=50").get("items", [])}


class Shop:
    """An orders and a storefront that belong together."""

    def __init__(self, entry, orders, storefront):
        self.orders = Site(entry, orders)
        self.storefront = Site(entry, storefront)

    def versions(self):
        """What both answer."""
        return self.orders.version(), self.storefront.version()
