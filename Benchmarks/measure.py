"""What benchmarks share: how a figure is said, and the environment that they run in."""

import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEndTests"))


def figure(name, value, unit, baseline=None):
    """One measured value, beside the same of something real in the same run where there is such a thing."""
    ratio = round(value / baseline, 3) if baseline else None
    rounded = None if baseline is None else round(baseline, 3)
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "baseline": rounded, "ratio": ratio}),
          flush=True)


def say(text):
    """To whoever watches; figures alone are on standard output."""
    print(text, file=sys.stderr, flush=True)


def machine(pid):
    """What is measured on: processors, load, and how the program of a process was compiled."""
    model = [line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    load = " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3])
    program = os.readlink(f"/proc/{pid}/exe")
    return f"{os.cpu_count()} × {model[0] if model else 'processor'}, load average {load}, {program}"
