"""compose.yaml and deploy/Dockerfile fit the source, as far as can be told without Docker.

usage: python3 -m unittest discover --start-directory scripts/tests
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEndTests"))

from schemas import yaml  # noqa: E402

SERVICES = {"api-gateway", "provisioner", "db-cloner", "dns-manager", "promoter", "reaper"}


class Containers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
        dockerfile = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
        cls.stages = {stage[0]: stage[1] for stage in re.findall(r"^FROM \S+ AS (\S+)\n(.*?)(?=^FROM |\Z)", dockerfile,
                                                                 re.M | re.S)}

    def test_what_is_copied_is_there_and_sent_to_docker(self):
        sent = [line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line != "*"]
        copied = [path for stage in self.stages.values() for line in re.findall(r"^COPY (?!--)(.*) \S+$", stage, re.M)
                  for path in line.split()]
        self.assertIn("deploy/crds", copied)
        for path in copied:
            self.assertTrue((ROOT / path).exists(), path)
            self.assertTrue(any(path == one or path.startswith(f"{one}/") for one in sent), path)
        for path in sent:
            self.assertIn(path, copied)

    def test_what_the_manifest_needs_to_compile_is_installed(self):
        needed = re.findall(r'\.apt\(\["([^"]+)"\]\)', (ROOT / "Package.swift").read_text())
        self.assertEqual(set(needed) - set(self.stages["build"].split()), set())
        programs = re.findall(r'\.executable\(name: "([^"]+)"', (ROOT / "Package.swift").read_text())
        self.assertEqual(re.search(r"for product in ([^:;]*); do", self.stages["build"])[1].split(), programs)

    def test_services_can_do_no_more_than_they_need_and_have_time_to_end(self):
        self.assertLess(SERVICES, set(self.services))
        for name in SERVICES:
            with self.subTest(service=name):
                service = self.services[name]
                self.assertEqual((service["read_only"], service["cap_drop"], service["security_opt"]),
                                 (True, ["ALL"], ["no-new-privileges:true"]))
                self.assertNotIn("privileged", service)
                # SHUTDOWN_GRACE_SECONDS is 25 by default.
                self.assertGreater(int(service["stop_grace_period"].removesuffix("s")), 25)

    def test_nothing_is_reached_from_another_machine(self):
        for name, service in self.services.items():
            for port in service.get("ports", []):
                self.assertTrue(port.startswith("127.0.0.1:"), f"{name} {port}")

    def test_every_setting_of_signing_in_reaches_the_gateway(self):
        operations = (ROOT / "docs" / "operations.md").read_text()
        table = re.search(r"^### api-gateway\n(.*?)^### ", operations, re.M | re.S)[1]
        documented = set(re.findall(r"`(OIDC_\w+|SESSION_\w+|PUBLIC_URL|HTTP_TRUSTED_PROXIES)`", table))
        self.assertGreater(len(documented), 10)
        environment = self.services["api-gateway"]["environment"]
        self.assertEqual(documented - set(environment), set())
        # Empty is something else than missing: these are left out where .env has none.
        self.assertEqual({environment[name] for name in documented - {"PUBLIC_URL"}}, {None})

    def test_workers_find_the_cluster_and_the_gateway_does_not(self):
        for name in SERVICES - {"api-gateway"}:
            self.assertEqual(self.services[name]["network_mode"], "service:network")
            self.assertEqual(self.services[name]["volumes"][0], "credentials:/etc/understudy:ro")
        self.assertNotIn("network_mode", self.services["api-gateway"])
        self.assertNotIn("KUBECONFIG", self.services["api-gateway"]["environment"])


if __name__ == "__main__":
    unittest.main()
