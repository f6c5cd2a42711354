"""The sample shop: its programs on a real PostgreSQL, its images and its charts.

usage: python3 -m unittest discover --start-directory deploy/shop/tests
"""

import difflib
import json
import pathlib
import subprocess
import tempfile
import unittest

from running import SHOP, PostgreSQL, Program


def setUpModule():
    global folder, images, server
    folder = tempfile.TemporaryDirectory(prefix="shop-images-")
    images = pathlib.Path(folder.name)
    subprocess.run([SHOP / "images.sh", images], check=True)
    images = images / "shop"
    server = PostgreSQL()


def tearDownModule():
    server.stop()
    folder.cleanup()


class ImagesTest(unittest.TestCase):
    def test_laying_them_out_again_changes_nothing(self):
        files = lambda: {path: path.stat().st_mtime_ns for path in images.rglob("*") if path.is_file()}
        before = files()
        subprocess.run([SHOP / "images.sh", images.parent], check=True)
        self.assertEqual(before, files())

    def test_the_broken_version_migrates_and_then_ends_with_a_reason(self):
        program = images / "orders" / "1.6.0-broken" / "run"
        self.assertEqual(subprocess.run([program, "migrate"], stdout=subprocess.DEVNULL).returncode, 0)
        result = subprocess.run([program], capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("1.6.0-broken: cannot start", result.stderr)


class ProgramsTest(unittest.TestCase):
    """A database of its own for each test, made from the server's template."""

    def setUp(self):
        self.database = f"test_{self._testMethodName}"[:60]
        subprocess.run(["createdb", self.database], env=server.environment(), check=True)
        self.environment = server.environment(self.database)

    def program(self, service, version, **environment):
        program = Program(images / service / version, {**self.environment, **environment})
        self.addCleanup(program.stop)
        return program

    def orders(self, version="1.4.0", count=25):
        orders = self.program("orders", version)
        orders.run("seed", str(count))
        return orders.start()

    def test_seeding_twice_loads_the_same_orders_once(self):
        orders = self.program("orders", "1.4.0")
        self.assertEqual(orders.run("seed", "10000")["count"], 10_000)
        self.assertEqual(orders.run("seed", "10000")["count"], 10_000)
        orders.start()
        self.assertEqual(orders.json("/orders/count"), (200, {"count": 10_000}))
        self.assertEqual(orders.json("/orders/1")[1], {
            "id": 1, "customer": "customer-0941", "item": "chair", "quantity": 2,
            "placed_at": "2026-01-01T00:00:30+00:00"})

    def test_the_new_version_migrates_once_and_the_old_one_goes_on(self):
        old = self.orders()
        self.assertEqual(self.program("orders", "1.4.0").run("migrate")["applied"], [])
        new = self.program("orders", "1.5.0")
        self.assertEqual(new.run("migrate")["applied"], ["orders have a status"])
        self.assertEqual(new.run("migrate")["applied"], [])
        status, placed = old.json("/orders", json.dumps({"customer": "Ada", "item": "lamp"}))
        self.assertEqual((status, "status" in placed), (201, False))
        new.start()
        self.assertEqual(new.json(f"/orders/{placed['id']}")[1]["status"], "placed")

    def test_orders_are_paged_newest_first(self):
        orders = self.orders()
        ids = lambda query: [order["id"] for order in orders.json(f"/orders?{query}")[1]["items"]]
        self.assertEqual(ids("limit=3"), [25, 24, 23])
        self.assertEqual(ids("limit=3&offset=3"), [22, 21, 20])

    def test_bad_requests_are_refused_and_store_nothing(self):
        orders = self.orders()
        bodies = [
            "", "no json", "[]", "{}", '{"customer": "Ada"}', '{"customer": 1, "item": "lamp"}',
            '{"customer": "", "item": "lamp"}', '{"customer": "Ada", "item": "lamp", "quantity": 0}',
            '{"customer": "Ada", "item": "lamp", "quantity": true}', '{"customer": "Ada\\u0000", "item": "lamp"}',
            '{"customer": "Ada", "item": "lamp", "quantity": 99999999999999999999}',
            json.dumps({"customer": "x" * 81, "item": "lamp"}),
        ]
        for body in bodies:
            with self.subTest(body=body):
                self.assertEqual(orders.ask("/orders", body)[0], 400)
        for path in ("/orders?limit=0", "/orders?limit=201", "/orders?limit=x", "/orders?offset=-1"):
            with self.subTest(path=path):
                self.assertEqual(orders.ask(path)[0], 400)
        for path in ("/orders/26", "/orders/x", "/orders/", "/nothing", "/orders/" + "9" * 30):
            with self.subTest(path=path):
                self.assertEqual(orders.ask(path)[0], 404)
        self.assertEqual(orders.ask("/orders", "x" * 70_000)[0], 413)
        self.assertEqual(orders.json("/orders/count")[1]["count"], 25)

    def test_health_follows_the_database(self):
        orders = self.orders()
        self.assertEqual(orders.ask("/healthz")[0], 200)
        subprocess.run(["dropdb", "--force", self.database], env=server.environment(), check=True)
        self.assertEqual(orders.ask("/healthz")[0], 503)

    def test_reports_use_the_connection_of_their_own(self):
        orders = self.program("orders", "1.4.0")
        orders.run("seed", "16")
        other = self.program("orders", "1.4.0", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").start()
        self.assertEqual(other.ask("/orders/count")[0], 500)
        self.assertEqual(other.json("/report")[1]["orders"], 16)

    def test_the_storefront_shows_and_places_orders(self):
        orders = self.orders()
        storefront = self.program("storefront", "2.0.0", ORDERS_URL=orders.url).start()
        self.assertEqual(storefront.ask("/orders", "customer=%3Cb%3E&item=rug&quantity=2")[0], 303)
        page = storefront.ask("/")[1]
        self.assertIn('<strong id="count">26</strong>', page)
        self.assertIn("&lt;b&gt;", page)
        self.assertNotIn("<b>", page)
        source = storefront.json("/api/orders-source")[1]
        self.assertEqual((source["url"], source["service"], source["version"]), (orders.url, "orders", "1.4.0"))
        self.assertEqual(storefront.ask("/orders", "customer=&item=rug")[0], 400)

    def test_new_versions_look_different(self):
        orders = self.orders("1.5.0")
        pages = {version: self.program("storefront", version, ORDERS_URL=orders.url).start().ask("/")[1]
                 for version in ("2.0.0", "2.1.0")}
        self.assertNotIn("<th>status</th>", pages["2.0.0"])
        self.assertIn("<th>status</th>", pages["2.1.0"])

    def test_a_storefront_without_orders_says_so_and_stays_healthy(self):
        storefront = self.program("storefront", "2.0.0", ORDERS_URL="http://127.0.0.1:1").start()
        status, body = storefront.json("/api/orders-source")
        self.assertEqual(status, 502)
        self.assertIn("does not answer", body["error"])
        self.assertEqual(storefront.ask("/healthz")[0], 200)

    def test_they_stop_when_asked(self):
        orders = self.orders()
        self.assertEqual(orders.ask("/version")[0], 200)
        self.assertEqual(orders.stop(), 0)


class ChartsTest(unittest.TestCase):
    def render(self, chart, *settings):
        arguments = [argument for setting in settings for argument in ("--set", setting)]
        return subprocess.run(
            ["helm", "template", chart, SHOP / "charts" / chart, "--namespace", "shop", *arguments],
            check=True, capture_output=True, text=True).stdout

    def test_a_new_tag_changes_images_and_nothing_else(self):
        for chart, tag in (("orders", "1.5.0"), ("storefront", "2.1.0")):
            with self.subTest(chart=chart):
                old, new = (self.render(chart, "database.password=x", *extra).splitlines()
                            for extra in ([], [f"image.tag={tag}"]))
                changed = [line for line in difflib.ndiff(old, new) if line.startswith(("+", "-"))]
                self.assertGreater(len(changed), 0)
                self.assertEqual([line for line in changed if "image: shop/" not in line], [])

    def test_the_password_is_escaped_in_the_url_and_needed(self):
        self.assertIn("postgresql://orders:a%20%2F%40%25@orders-db-rw.shop.", self.render(
            "orders", "database.password=a /@%"))
        with self.assertRaises(subprocess.CalledProcessError):
            self.render("orders")


if __name__ == "__main__":
    unittest.main()
