"""A dev-cluster of its own for each scenario, with a program for each image that the recording names."""

import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from recording import ROOT

# The images of the recording. Its kubelet declared pods running without running anything, and jobs complete.
SERVERS = ["web/v1", "web/v2", "c/v1", "one/v1", "h/v1", "s/v1", "nginx/1.16.0", "nginx/1.2.3", "nginx/2"]
JOBS = ["migrate/v1", "migrate/v3", "q/v1", "busybox/latest"]


def program():
    """The dev-cluster that `./dev` compiled."""
    folder = os.environ.get("UNDERSTUDY_PRODUCTS")
    if not folder:
        configuration = os.environ.get("UNDERSTUDY_BUILD", "debug")
        command = ["swift", "build", "--package-path", ROOT, "--configuration", configuration, "--show-bin-path"]
        folder = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    path = pathlib.Path(folder) / "dev-cluster"
    if not path.exists():
        raise AssertionError(f"{path} is missing: ./dev build compiles it")
    return path


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def value(self, prefix=""):
        """The body: a JSON value, or {"$text": …}; paths in it without the prefix that they have here."""
        if not self.body:
            return None
        text = self.body.decode(errors="replace").replace(prefix, "")
        try:
            return json.loads(text)
        except ValueError:
            return {"$text": text}


class Cluster:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="transcripts-")
        self.node = "dev"
        images = pathlib.Path(self.folder.name) / "images"
        for names, line in ((SERVERS, "trap 'exit 0' TERM; while :; do sleep 1 & wait; done"), (JOBS, "exec sleep 0.1")):
            for name in names:
                run = images / name / "run"
                run.parent.mkdir(parents=True)
                run.write_text(f"#!/bin/sh\n{line}\n")
                run.chmod(0o755)
                (run.parent / name.partition("/")[0]).symlink_to("run")  # For containers that name their command.
        kubeconfig = pathlib.Path(self.folder.name) / "kubeconfig"
        self.log = open(pathlib.Path(self.folder.name) / "log", "wb")
        self.process = subprocess.Popen(
            [program(), "--port", "0", "--images", images, "--data", f"{self.folder.name}/data", "--kubeconfig",
             kubeconfig], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while not kubeconfig.exists():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError("dev-cluster does not start: " + pathlib.Path(self.log.name).read_text()[-2000:])
            time.sleep(0.02)
        self.host, self.prefix = re.search(r"http://([^/\s]+)(/token/\w+)", kubeconfig.read_text()).groups()

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def open(self, method, path, headers, body, timeout=20):
        connection = http.client.HTTPConnection(self.host, timeout=timeout)
        connection.putrequest(method, self.prefix + path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return connection, connection.getresponse()

    def ask(self, method, path, headers=None, body=None):
        connection, response = self.open(method, path, headers or {}, body, timeout=8)
        try:
            data = response.read()
        except TimeoutError:
            data = b"an answer without an end"
        connection.close()
        headers = {}
        for name, value in response.getheaders():
            name = name.lower()
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        if headers.get("content-encoding") == "gzip":
            data = gzip.decompress(data)
        return Answer(response.status, headers, data)

    def must(self, method, path, body, content_type="application/json"):
        """A write that has to succeed."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.ask(method, path, {"Content-Type": content_type}, body)
        if answer.status >= 300:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer.value()
