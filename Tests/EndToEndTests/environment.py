"""An environment of ./dev for tests: its own state and ports, its services killed and started again at will."""

import atexit
import functools
import http.client
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "demo"))

from proxy import Proxy  # noqa: E402
from report import Report  # noqa: E402
from story import Story  # noqa: E402
from understudy import Understudy  # noqa: E402

SERVICES = ["api-gateway", "provisioner", "db-cloner", "dns-manager", "promoter", "reaper"]


class PatientUnderstudy(Understudy):
    """The API for a client that goes on where the gateway is away for a moment."""

    def call(self, method, path, body=None):
        deadline = time.monotonic() + 30
        while True:
            try:
                return super().call(method, path, body)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


class StrictReport(Report):
    """A report whose every check has to hold, and which is silent until one does not."""

    def check(self, what, holds, found=""):
        if not holds:
            raise AssertionError(f"did not hold: {what} (found: {str(found)[:2000]})")
        return True


def is_alive(pid):
    """Whether a process runs, with any of its threads; one that ended and was not fetched yet does not."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat[0] not in "ZX" or int(stat[17]) > 1


class Environment:
    """What `./dev up` starts; with a proxy between the services and the cluster where it is wanted."""

    def __init__(self, name, ports, is_proxied=False):
        self.state = ROOT / ".dev" / name
        self.variables = {
            "UNDERSTUDY_STATE": str(self.state), "UNDERSTUDY_PORTS": str(ports), "MAX_ACTIVE_PREVIEWS": "50"}
        self.is_proxied = is_proxied
        self.proxy = None
        self.children = []
        # Whose requests the proxy tells apart.
        self.clients = SERVICES[1:]

    def dev(self, *arguments, timeout=600):
        result = subprocess.run(
            [ROOT / "dev", *arguments], env={**os.environ, **self.variables}, capture_output=True, text=True,
            timeout=timeout)
        if result.returncode != 0:
            raise AssertionError(f"./dev {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def up(self, *arguments):
        """Starts it, from nothing. Returns what `./dev env` exports."""
        self.dev("down", "--wipe")
        if self.is_proxied:
            folder = self.state / "proxy"
            folder.mkdir(parents=True, exist_ok=True)
            self.recording = folder / "requests.jsonl"
            self.proxy = Proxy(self.state / "data" / "kubeconfig", self.clients, record=self.recording)
            self.variables["UNDERSTUDY_KUBECONFIGS"] = str(self.proxy.kubeconfigs(folder))
        self.dev("up", *arguments)
        exports = {}
        for line in self.dev("env").splitlines():
            for word in shlex.split(line.removeprefix("export ")):
                name, _, value = word.partition("=")
                exports[name] = value.replace("$PATH", os.environ["PATH"])
        return exports

    def down(self, wipe):
        self.dev("down", *(["--wipe"] if wipe else []))
        for child in self.children:
            child.wait(timeout=60)
        if self.proxy:
            self.proxy.stop()

    def pid(self, service):
        """The process of a service."""
        return int((self.state / "run" / f"{service}.pid").read_text().split()[0])

    def kill(self, service):
        """SIGKILL. Returns what starts the process again just as it was."""
        pid = self.pid(service)
        process = pathlib.Path(f"/proc/{pid}")
        command = [os.fsdecode(word) for word in (process / "cmdline").read_bytes().split(b"\0")[:-1]]
        variables = [os.fsdecode(word) for word in (process / "environ").read_bytes().split(b"\0")[:-1]]
        environment = dict(word.split("=", 1) for word in variables)
        os.kill(pid, signal.SIGKILL)
        # Its ports are free only once it is gone, or a zombie.
        deadline = time.monotonic() + 30
        while is_alive(pid):
            if time.monotonic() > deadline:
                raise AssertionError(f"{service} (process {pid}) does not end")
            time.sleep(0.005)

        def start():
            with open(self.state / "log" / f"{service}.log", "ab") as log:
                child = subprocess.Popen(
                    command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
            self.children.append(child)
            stat = pathlib.Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
            (self.state / "run" / f"{service}.pid").write_text(f"{child.pid} {stat[19]}\n")

        return start

    def log(self, service, lines=40):
        """The end of a service's log."""
        return "\n".join((self.state / "log" / f"{service}.log").read_text(errors="replace").splitlines()[-lines:])


@functools.cache
def shared():
    """The one environment of a test run, with its shop in the catalogue, and a story to live through in it.

    Its logs and data are removed in the end, but for where KEEP_STATE is set.
    """
    environment = Environment("end-to-end", os.environ.get("UNDERSTUDY_PORTS", "7560"), is_proxied=True)
    atexit.register(environment.down, wipe="KEEP_STATE" not in os.environ)
    os.environ.update(environment.up())
    os.environ.update(environment.variables)
    story = Story(StrictReport(), unit=3600)
    story.api = PatientUnderstudy(os.environ["UNDERSTUDY_URL"], os.environ["UNDERSTUDY_TOKEN"])
    story.report.until("the applications are known", 60, story.api.applications,
                       lambda found: {"shop/orders", "shop/storefront"} <= set(found))
    return environment, story
