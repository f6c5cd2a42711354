"""Days and times are those of the reader's zone, and the exact time is at hand."""

import datetime
import unittest
import zoneinfo

from console import ConsoleTest

ZONE = "Pacific/Kiritimati"  # 14 hours before UTC: its day is mostly not UTC's


class Times(ConsoleTest):
    def setUp(self):
        super().setUp()
        self.browser.zone(ZONE)

    def today(self):
        return datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()

    def test_the_audit_is_asked_for_days_of_the_readers_zone(self):
        # A day may end while this runs.
        before = self.today()
        browser = self.browser.sign_in(self.console.token, "/audit")
        browser.sees(f"Whole days in {ZONE}", within="#days")
        browser.put("From", before.isoformat())
        browser.put("To", self.today().isoformat())
        browser.click("Show", within="form.filters")
        self.assertIn("zone=Pacific", browser.driver.current_url)
        browser.sees("signed in", within="main")
        browser.sees(f"Whole days in {ZONE}", within="#days")
        browser.put("From", (before + datetime.timedelta(days=2)).isoformat())
        browser.put("To", "")
        browser.click("Show", within="form.filters")
        browser.sees("No entry matches", within="main")

    def test_each_entry_of_a_timeline_has_the_readers_day_and_its_exact_time(self):
        preview = self.console.create("times", {"storefront": "9.9.9"})
        self.addCleanup(self.console.remove, preview)
        self.console.becomes(preview, "Failed")
        browser = self.browser.sign_in(self.console.token, f"/previews/{preview}")
        times = browser.js("""
            return [...document.querySelectorAll("#timeline time")].map(({ dateTime, textContent, title }) => {
                const wanted = new Date(dateTime).toLocaleDateString(undefined, { dateStyle: "medium" });
                return [textContent, wanted, title];
            })""")
        self.assertTrue(times)
        for shown, day, title in times:
            self.assertIn(day, shown)
            self.assertRegex(title, r"GMT\+14|Line Islands")


if __name__ == "__main__":
    unittest.main()
