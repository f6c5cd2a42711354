"""./dev itself: what it starts, finds and ends, and what it says.

usage: python3 -m unittest discover --start-directory scripts/tests
"""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = "say state packages tools build broker authority entry services second_cluster environment"


class DevTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dev-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name) / "state"
        self.environment = {**os.environ, "UNDERSTUDY_STATE": str(self.state)}

    def dev(self, *arguments, **environment):
        """Runs ./dev."""
        return subprocess.run(
            [ROOT / "dev", *arguments], env={**self.environment, **environment}, capture_output=True, text=True,
            timeout=60)

    def parts(self, commands, user=()):
        """Runs commands with ./dev's functions."""
        script = f"""set -euo pipefail
            root={ROOT}
            for part in {PARTS}; do source "$root/scripts/dev/$part.sh"; done
            {commands}"""
        return subprocess.run(
            [*user, "bash", "-c", script], env=self.environment, capture_output=True, text=True, timeout=60)

    def alive(self, pid):
        """Whether a process runs; one that ended and was not fetched yet does not."""
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def test_unknown_commands_and_arguments_are_refused(self):
        for arguments in (["frobnicate"], ["up", "--fast"], ["down", "everything"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.dev(*arguments).returncode, 1)

    def test_settings_out_of_range_are_refused(self):
        for setting in ({"UNDERSTUDY_PORTS": "80"}, {"UNDERSTUDY_PORTS": "x"}, {"UNDERSTUDY_BUILD": "fast"}):
            with self.subTest(setting=setting):
                result = self.dev("env", **setting)
                self.assertEqual(result.returncode, 1)
                self.assertIn(next(iter(setting)), result.stderr)

    def test_a_port_in_use_is_one_clear_line_and_nothing_is_started(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            if port > 65000:
                self.skipTest("the system gave a port too high to start a range")
            result = self.dev("up", UNDERSTUDY_PORTS=str(port))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn(f"port {port}, needed by api-gateway, is in use: set UNDERSTUDY_PORTS", result.stderr)
        self.assertFalse((self.state / "run").exists())

    def test_nothing_running_is_said_so_and_ends_quietly(self):
        self.assertIn("nothing is up", self.dev("env").stderr)
        result = self.dev("down")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))

    def test_what_is_up_is_exported_though_the_gateway_was_ended_or_started_by_hand(self):
        with socket.socket() as gateway:
            gateway.bind(("127.0.0.1", 0))
            port = gateway.getsockname()[1]
            if port > 65000:
                self.skipTest("the system gave a port too high to start a range")
            self.parts("start reaper sleep 60")
            self.addCleanup(self.dev, "down")
            result = self.dev("env", UNDERSTUDY_PORTS=str(port))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"export UNDERSTUDY_URL=http://127.0.0.1:{port}\n", result.stdout)
            self.assertIn("api-gateway does not answer", result.stderr)
            gateway.listen()
            result = self.dev("env", UNDERSTUDY_PORTS=str(port))
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_a_process_is_started_found_and_ended(self):
        result = self.parts("start sleeper sleep 60; pid_of sleeper; echo; stop sleeper; running sleeper || echo ended")
        pid, ended = result.stdout.splitlines()
        self.assertEqual(ended, "ended")
        self.assertFalse(self.alive(pid))

    def test_one_that_ignores_the_request_is_killed(self):
        result = self.parts("""start stubborn bash -c 'trap "" TERM; echo set; while :; do sleep 61; done'
            eventually 30 grep -q set "$logs/stubborn.log"; stop stubborn 1; running stubborn || echo ended""")
        self.assertEqual(result.stdout, "ended\n")
        self.assertIn("was killed", result.stderr)
        self.assertEqual(self.parts("ours_left").stdout.count("\n"), 1)
        self.parts("for pid in $(ours_left); do kill -KILL $pid; done")

    def test_a_process_that_got_the_same_pid_later_is_left_alone(self):
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        result = self.parts(f"""mkdir -p "$runs"; echo {other.pid} 1 >"$runs/sleeper.pid"
            running sleeper || echo "not ours"; stop sleeper""")
        self.assertEqual((result.returncode, result.stdout), (0, "not ours\n"))
        self.assertIsNone(other.poll())

    def test_down_ends_what_a_process_left_behind_and_names_it(self):
        left = self.parts("""start parent bash -c 'sleep 61 & echo $!'
            eventually 30 test -s "$logs/parent.log"; eventually 30 not_running parent; cat "$logs/parent.log" """)
        pid = int(left.stdout)
        self.assertTrue(self.alive(pid))
        result = self.dev("down")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"process {pid}, sleep 61", result.stderr)
        self.assertFalse(self.alive(pid))

    def test_two_at_a_time_are_refused(self):
        result = self.parts(f"""locked; "{ROOT}/dev" down 9>&-""")
        self.assertIn("another ./dev is", result.stderr)

    def test_a_stand_in_for_kubectl_is_not_taken(self):
        for version, serves in (("v1.32.4-dispatcher", False), ("v1.27.9", False), ("v1.28.0", True), ("v1.37.1", True)):
            with self.subTest(version=version):
                program = self.state.with_name("kubectl")
                program.write_text(f"#!/bin/sh\necho 'Client Version: {version}'\necho 'Kustomize Version: v5.0.0'\n")
                program.chmod(0o755)
                result = self.parts(f"kubectl_serves {program} && echo yes || echo no")
                self.assertEqual(result.stdout, "yes\n" if serves else "no\n")

    def test_passwords_are_kept_and_for_the_owner_only(self):
        first, second = (self.parts("password token").stdout for _ in range(2))
        self.assertEqual(first, second)
        self.assertEqual(len(first), 32)
        file = self.state / "data" / "secrets" / "token"
        self.assertEqual((file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777), (0o600, 0o700))

    def openssl(self, *arguments):
        """What openssl says of certificates in the authority's folder."""
        folder = self.state / "data" / "authority"
        result = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=10)
        return result.stdout + result.stderr

    def test_the_authority_vouches_for_its_hosts_and_its_keys_are_for_the_owner_only(self):
        self.assertEqual(self.parts("authority_prepare").returncode, 0)
        for name, host in (("previews", "orders-abc.preview.localhost"), ("shop", "shop.localhost")):
            found = self.openssl("verify", "-CAfile", "ca.pem", "-verify_hostname", host, f"{name}.pem")
            self.assertEqual(found, f"{name}.pem: OK\n")
        self.assertIn("error", self.openssl(
            "verify", "-CAfile", "ca.pem", "-verify_hostname", "shop.localhost", "previews.pem"))
        self.assertEqual(self.openssl("verify", "-CAfile", "ca.pem", "-verify_ip", "127.0.0.1", "shop.pem"), "shop.pem: OK\n")
        keys = {key.name: key.stat().st_mode & 0o777 for key in (self.state / "data" / "authority").glob("*.key")}
        self.assertEqual(keys, {"ca.key": 0o600, "previews.key": 0o600, "shop.key": 0o600})

    def test_certificates_are_kept_until_they_are_about_to_run_out(self):
        folder = self.state / "data" / "authority"
        self.parts("authority_prepare")
        first = {name: (folder / f"{name}.pem").read_bytes() for name in ("ca", "previews", "shop")}
        self.parts("authority_prepare")
        self.assertEqual(first, {name: (folder / f"{name}.pem").read_bytes() for name in first})
        # One with a day left is signed anew, by the same authority.
        self.openssl("req", "-x509", "-key", "shop.key", "-subj", "/CN=old", "-days", "1", "-out", "shop.pem")
        self.parts("authority_prepare")
        self.assertEqual(self.openssl("verify", "-CAfile", "ca.pem", "shop.pem"), "shop.pem: OK\n")
        self.assertEqual(first["previews"], (folder / "previews.pem").read_bytes())
        # With another authority everything is signed anew.
        (folder / "ca.pem").unlink()
        self.parts("authority_prepare")
        for name in ("previews", "shop"):
            self.assertEqual(self.openssl("verify", "-CAfile", "ca.pem", f"{name}.pem"), f"{name}.pem: OK\n")
            self.assertNotEqual(first[name], (folder / f"{name}.pem").read_bytes())

    def test_only_a_traefik_that_knows_ingress_as_we_configure_it_is_taken(self):
        for version, serves in (("2.11.0", False), ("3.1.9", False), ("3.2.0", True), ("v3.7.15", True)):
            with self.subTest(version=version):
                program = self.state.with_name("traefik")
                program.write_text(f"#!/bin/sh\necho 'Version:      {version}'\necho 'Codename:     x'\n")
                program.chmod(0o755)
                result = self.parts(f"traefik_serves {program} && echo yes || echo no")
                self.assertEqual(result.stdout, "yes\n" if serves else "no\n")

    def test_without_the_right_to_install_the_command_is_named(self):
        nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        result = self.parts("""sudo() { return 1; }
            missing_packages() { echo librabbitmq-dev; }
            ensure_packages""", user=nobody)
        self.assertEqual(result.returncode, 1)
        self.assertIn("sudo apt-get install --no-install-recommends librabbitmq-dev", result.stderr)


if __name__ == "__main__":
    signal.alarm(300)
    unittest.main()
