"""The sample shop, asked from outside through the cluster's entry."""

import http.client
import json
import urllib.parse


class Site:
    """One host behind the entry. Hosts end in .localhost, which needs no name server: the entry is asked by address."""

    def __init__(self, entry, host):
        self.entry = entry
        self.host = host

    def __str__(self):
        return self.host

    def ask(self, path, form=None, order=None):
        """Status, headers and text of the answer."""
        headers = {"Host": self.host, "Connection": "close"}
        body = None
        if form is not None:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urllib.parse.urlencode(form)
        if order is not None:
            headers["Content-Type"], body = "application/json", json.dumps(order)
        connection = http.client.HTTPConnection(self.entry, timeout=10)
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
