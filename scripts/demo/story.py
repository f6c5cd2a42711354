"""The demo's story: three previews, of which one is promoted, one rejected and one left to expire."""

import concurrent.futures
import datetime
import json
import os

import cluster
from shop import Shop
from understudy import Understudy

NEW = {"orders": "1.5.0", "storefront": "2.1.0"}
OLD = {"orders": "1.4.0", "storefront": "2.0.0"}
ORDERS = 10_000
ENDED = {"Failed", "Completed", "Rejected", "Expired", "TornDown"}


def when(text):
    """A time of the API."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Preview:
    """What the demo remembers of a preview, to look for it once it is gone."""

    def __init__(self, body, entry):
        self.id = body["id"]
        self.namespace = body["namespace"]
        self.shop = Shop(entry, f"orders-{self.id}.preview.localhost", f"storefront-{self.id}.preview.localhost")
        self.made = set()
        self.processes = set()

    def remember(self):
        """Notes every object and process that has to go."""
        self.made |= cluster.made_for(self.id)
        self.processes |= cluster.pod_processes(self.namespace) | set(cluster.processes_of(self.namespace))


class Story:
    """Tells it step by step; every step checks what it claims."""

    def __init__(self, report, unit):
        self.report = report
        self.unit = unit
        self.entry = os.environ["UNDERSTUDY_ENTRY"]
        self.api = Understudy(os.environ["UNDERSTUDY_URL"], os.environ["UNDERSTUDY_TOKEN"])
        self.production = Shop(self.entry, "orders.shop.localhost", "shop.localhost")
        self.previews = []

    def tell(self):
        """The whole story."""
        step = self.report.step
        with step("The shop runs as production and is in the catalogue"):
            self.catalogue()
        with step("The plan of a preview of both services"):
            self.plan()
        with step("From the request to a preview that is ready"):
            first = self.create("orders with a status", NEW, ttl_hours=24)
            self.ready(first)
        with step("The preview answers, on its own database"):
            self.isolated(first)
        with step("From approval to production changed"):
            self.promote(first)
        with step("Everything of it is gone"):
            self.cleaned(first, "Completed")
        with step("A second and a third preview are ready"):
            second = self.create("a second one, to be rejected", OLD, ttl_hours=24)
            third = self.create("a third one, to expire", OLD, ttl_hours=1)
            self.ready(second)
            self.ready(third)
        with step("The second is rejected, and everything of it is gone"):
            self.reject(second)
            self.cleaned(second, "Rejected")
        with step("The third expires, and everything of it is gone"):
            self.expire(third)
            self.cleaned(third, "Expired")
        with step("Production is as it was promoted"):
            self.production_is("1.5.0", "2.1.0")
            self.promoted_once()

    def catalogue(self):
        check, until = self.report.check, self.report.until
        wanted = {"shop/orders", "shop/storefront"}
        found = until(
            "both applications are in the catalogue", 30, self.api.applications, lambda found: wanted <= set(found))
        check("orders runs 1.4.0 and uses the database orders-db",
              found["shop/orders"]["currentVersion"] == "1.4.0" and "orders-db" in json.dumps(
                  found["shop/orders"]["databases"]), found["shop/orders"])
        check("storefront runs 2.0.0", found["shop/storefront"]["currentVersion"] == "2.0.0", found["shop/storefront"])
        variables = self.api.get("/applications/local/shop/orders/variables")["items"]
        variables = {item["name"]: item for item in variables}
        for name in ("DATABASE_URL", "PGHOST", "PGPASSWORD"):
            check(f"{name} is known to lead to the database", variables.get(name, {}).get("kind") == "autoOverride",
                  variables.get(name))
        check("no secret's value is shown", all(
            item.get("value") is None for item in variables.values() if item["source"] == "secret"), variables)
        self.production_is("1.4.0", "2.0.0")
        self.report.require("production has 10,000 orders", self.production.orders.count() == ORDERS,
                            self.production.orders.count())

    def production_is(self, orders, storefront):
        found = self.production.versions()
        self.report.check(f"production answers with orders {orders} and storefront {storefront}",
                          found == (orders, storefront), found)

    def body(self, name, versions, ttl_hours):
        return {"name": name, "cluster": "local", "ttlHours": ttl_hours, "services": [
            {"application": f"shop/{service}", "targetVersion": version, "externalDNS": True}
            for service, version in versions.items()]}

    def plan(self):
        status, _, plan = self.api.call("POST", "/preview-plans", self.body("a plan", NEW, 24))
        self.report.check("the plan is answered", status == 200, plan)
        text = json.dumps(plan)
        self.report.check("it names the database and the variables that will be rewritten",
                          "orders-db" in text and "DATABASE_URL" in text and "ORDERS_URL" in text, text)
        self.report.check("it stores nothing", self.api.get("/previews")["items"] == [])

    def create(self, name, versions, ttl_hours):
        status, headers, body = self.api.call("POST", "/previews", self.body(name, versions, ttl_hours))
        self.report.require(f"“{name}” is accepted with 201 and a Location",
                            status == 201 and "/api/v1/previews/" in headers.get("Location", ""), (status, body))
        lifetime = (when(body["expiresAt"]) - when(body["createdAt"])).total_seconds()
        self.report.check(f"it lives for {ttl_hours} × {self.unit} s",
                          abs(lifetime - ttl_hours * self.unit) < 1, lifetime)
        preview = Preview(body, self.entry)
        self.previews.append(preview)
        return preview

    def ready(self, preview):
        body = self.report.until(
            f"preview {preview.id} is ready", 180, lambda: self.api.preview(preview.id),
            lambda body: body["status"] == "Ready", lambda body: body["status"] in ENDED)
        # Ready is a promise: it is tried at once, without another attempt.
        found = {service["name"]: getattr(preview.shop, service["name"]).version() for service in body["services"]}
        wanted = {service["name"]: service["targetVersion"] for service in body["services"]}
        self.report.check("every service answers from outside with the version asked for", found == wanted, found)
        preview.remember()

    def isolated(self, preview):
        check, shop, production = self.report.check, preview.shop, self.production
        body = self.api.preview(preview.id)
        port = self.entry.rpartition(":")[2]
        urls = {service["externalURL"] for service in body["services"]}
        check("each has a host of its own, with TLS",
              urls == {f"https://{site.host}:{port}" for site in (shop.orders, shop.storefront)}, urls)
        answer = shop.orders.ask("/version", plain=True)
        check("the entry answers without TLS as well", answer[0] == 200, answer)
        check("the clone is ready", [item["status"] for item in body["databases"]] == ["Ready"], body["databases"])
        source = shop.storefront.json("/api/orders-source")
        check("the preview's storefront talks to the preview's orders",
              source.get("namespace") == preview.namespace and source.get("version") == "1.5.0", source)
        source = production.storefront.json("/api/orders-source")
        check("production's storefront talks to production's orders", source.get("namespace") == "shop", source)
        check("the clone holds the 10,000 orders", shop.orders.count() == ORDERS, shop.orders.count())
        reported = shop.orders.json("/report")
        check("so does the second connection, with host and user given separately", reported.get("orders") == ORDERS,
              reported)
        order = shop.orders.json("/orders/1")
        check("the migration ran on the clone", "status" in order, order)
        check("and not on production", "status" not in production.orders.json("/orders/1"))
        status, headers, text = shop.storefront.ask(
            "/orders", form={"customer": "placed in the preview", "item": "lamp", "quantity": 2})
        check("an order is placed on the preview's page", status == 303, (status, text))
        status, _, text = production.orders.ask(
            "/orders", order={"customer": "placed in production", "item": "rug", "quantity": 1})
        check("another one in production", status == 201, (status, text))
        check("the preview has the first and not the second",
              shop.orders.customers() & {"placed in the preview", "placed in production"} == {"placed in the preview"})
        check("production has the second and not the first", production.orders.customers()
              & {"placed in the preview", "placed in production"} == {"placed in production"})
        status, _, page = shop.storefront.ask("/")
        check("the page shows the new version and the order", status == 200 and "version 2.1.0" in page
              and "placed in the preview" in page, (status, page[:300]))
        self.production_is("1.4.0", "2.0.0")

    def promote(self, preview):
        preview.remember()
        approve = lambda: self.api.call("POST", f"/previews/{preview.id}/approve", {})[0]
        with concurrent.futures.ThreadPoolExecutor(2) as both:
            answers = [call.result() for call in [both.submit(approve), both.submit(approve)]]
        self.report.check("two approvals at once are both answered with 200", answers == [200, 200], answers)
        body = self.report.until(
            "both promotions are completed", 180, lambda: self.api.preview(preview.id),
            lambda body: all(service["promotion"]["state"] == "completed" for service in body["services"]),
            lambda body: any(service["promotion"]["state"] == "failed" for service in body["services"]))
        self.report.check("every service is marked approved", all(service["approved"] for service in body["services"]))
        again = approve()
        self.report.check("approving once more is a safe no-op", again == 200, again)
        self.production_is("1.5.0", "2.1.0")
        check, orders = self.report.check, self.production.orders
        check("production kept its orders", orders.count() == ORDERS + 1, orders.count())
        check("the order of the preview is not among them", "placed in the preview" not in orders.customers())
        check("production's database was migrated", "status" in orders.json("/orders/1"), orders.json("/orders/1"))
        self.promoted_once()

    def promoted_once(self):
        found = {name: cluster.revisions(name, "shop") for name in NEW}
        self.report.check("each release was upgraded exactly once",
                          all(statuses == ["superseded", "deployed"] for statuses in found.values()), found)

    def reject(self, preview):
        preview.remember()
        status, _, body = self.api.call("POST", f"/previews/{preview.id}/reject", {"reason": "only a demonstration"})
        self.report.check("rejecting is answered with 200", status == 200, body)

    def expire(self, preview):
        body = self.api.preview(preview.id)
        self.report.check("until then it is ready", body["status"] == "Ready", body["status"])
        preview.remember()
        self.report.until("its time runs out", self.unit + 30, lambda: self.api.preview(preview.id)["status"],
                          lambda status: status == "Expired", lambda status: status in ENDED - {"Expired"})
        now = datetime.datetime.now(datetime.timezone.utc)
        late = (now - when(body["expiresAt"])).total_seconds()
        self.report.check("not before its time, and at most 10 s after it", 0 <= late < 10, f"{late:.1f} s")

    def cleaned(self, preview, status):
        check = self.report.check
        body = self.report.until(
            "the cleanup is done", 120, lambda: self.api.preview(preview.id),
            lambda body: body["cleanup"]["state"] == "done", lambda body: False)
        check(f"the preview's status is {status}", body["status"] == status, body["status"])
        receipt = self.api.receipt(preview.id)
        check(f"the receipt lists every one of the {len(preview.made)} objects that were made",
              len(preview.made) > 0 and preview.made <= receipt, sorted(preview.made - receipt))
        left = sorted(cluster.name_of(item) for item in cluster.labelled(preview.id))
        check("kubectl finds no object of any kind with the preview's label", not left, left)
        check("its namespace is gone", not cluster.namespace_exists(preview.namespace)
              and not cluster.in_namespace(preview.namespace))
        running = cluster.processes_of(preview.namespace)
        check(f"none of its {len(preview.processes)} processes is left",
              len(preview.processes) > 0 and not running, running)
        answers = [site.ask("/")[0] for site in (preview.shop.orders, preview.shop.storefront)]
        check("its hosts answer no longer", all(answer in (0, 404, 503) for answer in answers), answers)

    def explain(self):
        """What is known about the previews, when something did not hold."""
        for preview in self.previews:
            for path in ("", "/timeline"):
                try:
                    known = json.dumps(self.api.get(f"/previews/{preview.id}{path}"), indent=1)
                    print(f"\n{preview.id}{path}: {known[:6000]}")
                except Exception as error:  # the explanation must not hide what it explains
                    print(f"\n{preview.id}{path}: {error}")
