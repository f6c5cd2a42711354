"""Real parts for the shop's tests: a PostgreSQL server, and the shop's programs as processes."""

import http.client
import json
import os
import pathlib
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time

SHOP = pathlib.Path(__file__).resolve().parents[1]


def free_port():
    """A port that nobody listens on, below those that Linux takes by itself, so that nobody gets it in between."""
    while True:
        port = random.randrange(10_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(port, process):
    """Waits until something listens on the port; fails if the process ends first."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen on port {port}")


class PostgreSQL:
    """A server of its own in a folder of its own."""

    def __init__(self):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not programs:
            raise RuntimeError("initdb is missing: install the package postgresql")
        self.folder = tempfile.mkdtemp(prefix="shop-")
        # PostgreSQL refuses to run as root.
        self.user = {}
        if os.geteuid() == 0:
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(self.folder, pwd.getpwnam("postgres").pw_uid)
        self.port = free_port()
        options = {"cwd": self.folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **self.user}
        subprocess.run([programs[-1], "-D", "data", "-A", "trust", "-U", "orders", "--no-sync"], check=True, **options)
        self.process = subprocess.Popen(
            [programs[-1].with_name("postgres"), "-D", "data", "-p", str(self.port), "-h", "127.0.0.1",
             "-k", self.folder, "-F"], **options)
        answers(self.port, self.process)

    def environment(self, database="postgres"):
        """What libpq and the shop need to know."""
        url = f"postgresql://orders@127.0.0.1:{self.port}/{database}"
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "orders", "PGDATABASE": database,
                "PGTZ": "UTC", "DATABASE_URL": url}

    def stop(self):
        """Ends the server and removes its folder."""
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder)


class Program:
    """One version of one of the shop's programs."""

    def __init__(self, image, environment):
        self.image = image
        self.environment = {"PATH": os.environ["PATH"], **environment}
        self.process = None

    def run(self, *arguments):
        """Runs a command of it to its end and returns the last line it logged."""
        result = subprocess.run(
            [self.image / "run", *arguments], env=self.environment, capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        return json.loads(result.stdout.splitlines()[-1])

    def start(self):
        """Serves on a port of its own."""
        self.port = free_port()
        self.process = subprocess.Popen(
            [self.image / "run"], stdout=subprocess.DEVNULL,
            env={**self.environment, "POD_IP": "127.0.0.1", "LISTEN_PORT": str(self.port)})
        answers(self.port, self.process)
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path, body=None):
        """Status and text of the answer; with a body it is a POST."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET" if body is None else "POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def json(self, path, body=None):
        """Status and body of the answer."""
        status, text = self.ask(path, body)
        return status, json.loads(text)

    def stop(self):
        """Ends it as Kubernetes does, and returns its exit code."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.terminate()
        return self.process.wait(10)
