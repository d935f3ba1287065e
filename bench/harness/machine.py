"""What the run ran on, without names of hosts, and how much of the machine others used meanwhile."""

import os
import platform
import re
import subprocess

from harness.process import TICKS, cpu_seconds


def describe():
    with open("/proc/cpuinfo") as f:
        cpuinfo = f.read()
    model = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.M)
    with open("/proc/meminfo") as f:
        kilobytes = int(re.search(r"^MemTotal:\s+(\d+)", f.read(), re.M).group(1))
    return {
        "cpu": model.group(1).strip() if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "virtual": bool(re.search(r"^flags\s*:.*\bhypervisor\b", cpuinfo, re.M)),
        "memory_gib": round(kilobytes / (1 << 20)),
        "kernel": ".".join(platform.release().split(".")[:2]),
    }


def versions(commands):
    """What looks like a version in the output of each command: a number after a slash, a quote or a space."""
    found = {}
    for name, command in commands.items():
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        number = re.search(r"[/ \"](\d+\.\d+\.\d+)\b", done.stdout + done.stderr)
        found[name] = number.group(1) if number else "unknown"
    return found


class Neighbours:
    """Measures the share of the machine that neither the run nor idleness took, from when it is made."""

    def __init__(self):
        self.begun = self.now()

    @staticmethod
    def now():
        with open("/proc/stat") as f:
            user, nice, system, idle, wait, irq, softirq, steal = (int(t) / TICKS for t in f.readline().split()[1:9])
        busy = user + nice + system + irq + softirq
        return {"busy": busy, "steal": steal, "all": busy + idle + wait + steal, "own": cpu_seconds([1])}

    def shares(self):
        """{"others": ..., "steal": ...} as shares of all cores since the beginning."""
        now = self.now()
        passed = {key: now[key] - self.begun[key] for key in now}
        everything = max(passed["all"], 1e-9)
        return {
            "others": max(0.0, passed["busy"] - passed["own"]) / everything,
            "steal": passed["steal"] / everything,
        }
