"""Pages that a preview comes to only in the course of its life are readable and usable for everybody, too."""

import unittest

from console import PORTS, Console, ConsoleTest
from places import visit
from scenes import SCENES


class Scenes(ConsoleTest):
    @classmethod
    def setUpClass(cls):
        # They change production and leave things unfinished, so in an environment of their own.
        cls.console = Console("console-scenes", PORTS + 20, hour=3600)
        cls.addClassCleanup(cls.console.end)

    def test_no_scene_breaks_a_rule_of_axe_core_or_scrolls_sideways(self):
        for scene in SCENES:
            for place in scene(self.console):
                with self.case(page=place.name):
                    visit(self.console, self.browser, place)
                    self.look(self.browser, page=place.name)


if __name__ == "__main__":
    unittest.main()
