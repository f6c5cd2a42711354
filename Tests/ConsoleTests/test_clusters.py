"""Two clusters, and nobody to sign in at: a preview is on one of them, and one that is away is said to be."""

import unittest

import steps
from console import HOUR, PORTS, Console, ConsoleTest


class TwoClusters(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        cls.console = Console("console-two-clusters", PORTS + 20, HOUR, clusters=2)
        cls.addClassCleanup(cls.console.end)
        cls.console.wait("both shops are known", 60, lambda: {
            (item["cluster"], item["name"]) for item in cls.console.api.get("/applications")["items"]}
            >= {(cluster, name) for cluster in ("local", "second") for name in ("orders", "storefront")})

    def setUp(self):
        super().setUp()
        self.browser.sign_in(self.console.token)

    def boxes(self, cluster):
        """Each application of a cluster: whether it can be chosen, and what is said of it."""
        return self.browser.js("""
            return Object.fromEntries([...document.querySelectorAll(`input[data-cluster="${arguments[0]}"]`)].map((box) =>
                [box.labels[0].textContent, [!box.disabled, box.parentElement.querySelector(".why").innerText.trim()]]))""",
            cluster)

    def choose(self, cluster, name):
        self.browser.until(f"{name} of {cluster} can be chosen", lambda: self.browser.hit(self.browser.js("""
            return [...document.querySelectorAll(`input[data-cluster="${arguments[0]}"]`)]
                .find((box) => box.labels[0].textContent === arguments[1])""", cluster, name)))

    def test_an_application_of_one_cluster_disables_those_of_the_other_and_says_why(self):
        browser = self.browser
        browser.open("/previews/new")
        free = {"shop/orders": [True, ""], "shop/storefront": [True, ""]}
        taken = [False, "On another cluster than second; a preview is on one cluster."]
        self.assertEqual((self.boxes("local"), self.boxes("second")), (free, free))
        self.choose("second", "shop/orders")
        self.assertEqual(self.boxes("second"), free)
        self.assertEqual(set(map(tuple, self.boxes("local").values())), {tuple(taken)})
        self.look(browser, state="an application is chosen")
        self.choose("second", "shop/orders")
        self.assertEqual(self.boxes("local"), free)
        # The server says the same, where no script does.
        self.choose("second", "shop/storefront")
        browser.click("Search and update the selection")
        browser.without_script()
        browser.reload()
        self.assertEqual(set(map(tuple, self.boxes("local").values())), {tuple(taken)})
        self.assertEqual(self.boxes("second"), free)

    def test_a_preview_of_the_second_cluster_is_made_there_and_found_by_it(self):
        browser, console = self.browser, self.console
        browser.open("/previews/new")
        self.choose("second", "shop/storefront")
        steps.forward(browser, "Configuration")
        browser.fill("Name", "on the second")
        browser.fill("Target version", "2.1.0")
        for step in ("Network", "Variables", "Review"):
            steps.forward(browser, step)
        browser.sees(r"Cluster\s+second")
        browser.sees(r"\.second\.preview\.localhost")
        browser.click("Create preview")
        preview = browser.at("/previews/([a-z0-9]+)")[1]
        self.addCleanup(console.remove, preview)
        browser.sees("Ready", 60, within="#head")
        self.assertEqual(console.api.preview(preview)["cluster"], "second")
        browser.open("/previews")
        browser.fill("Cluster", "local")
        browser.sees_not("on the second", within="#cards")
        browser.fill("Cluster", "second")
        browser.sees("on the second", within="#cards")
        self.look(browser, page="list of one cluster")
        browser.open("/applications?cluster=second")
        self.assertEqual(len(browser.all("#cards > li")), 2)

    def test_a_cluster_that_is_away_is_said_to_be_on_the_open_page_and_in_the_wizard(self):
        browser = self.browser
        browser.open("/clusters").connected()
        well = r"^\s*(Reachable|Slow)"
        browser.sees(well, 60, within="#cluster-second .status")
        start = self.console.environment.kill("dev-cluster-second")
        try:
            browser.sees("(?i)unreachable", 60, within="#cluster-second .status")
            browser.sees(r"\S", within="#cluster-second .problem")
            self.look(browser, page="clusters, one away")
            browser.open("/previews/new")
            browser.sees("It cannot be reached")
            self.look(browser, page="wizard, one cluster away")
        finally:
            start()
        browser.open("/clusters").connected()
        browser.sees(well, 60, within="#cluster-second .status")

    def test_without_a_provider_people_sign_in_with_tokens_alone(self):
        browser = self.browser
        browser.open("/members").sees("No identity provider is set up")
        self.look(browser, page="members without a provider")
        browser.click("Sign out")
        browser.at("/sign-in")
        self.assertIsNone(browser.maybe("link", "Sign in with"))
        self.look(browser, page="sign-in without a provider")


if __name__ == "__main__":
    unittest.main()
