"""Own processes: started, watched, measured through /proc, and ended by their id."""

import os
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """An arm or a load that did not do what it should; the message says what and shows the last output."""


class Process:
    def __init__(self, name, command, directory, environment=None, stdout=None):
        self.name = name
        self.output = os.path.join(directory, name + ".out")
        with open(self.output, "ab") as err:
            out = open(stdout, "ab") if stdout else err
            try:
                self.popen = subprocess.Popen(
                    command,
                    cwd=directory,
                    env={**os.environ, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
            except OSError as e:
                raise Failed(f"{name} cannot be started: {e}") from e
            finally:
                if stdout:
                    out.close()

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def require_alive(self):
        if not self.alive():
            raise Failed(f"{self.name} ended with exit code {self.popen.returncode}:\n{self.last_output()}")

    def last_output(self, lines=12):
        with open(self.output, errors="replace") as f:
            return "".join(f.readlines()[-lines:]).rstrip() or "(no output)"

    def stop(self, grace=5.0):
        """Asks the process to end, and ends it and what it started by their ids when it does not."""
        family = tree(self.pid)
        if self.alive():
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(grace)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for pid in family:
            if pid != self.pid and exists(pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass


def exists(pid):
    return os.path.exists(f"/proc/{pid}")


def stat(pid):
    """The fields of /proc/PID/stat after the command's name, or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def pids():
    return [int(p) for p in os.listdir("/proc") if p.isdigit()]


def tree(root):
    """The process and all its descendants."""
    parents = {}
    for pid in pids():
        fields = stat(pid)
        if fields:
            parents.setdefault(int(fields[1]), []).append(pid)
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def cpu_seconds(roots):
    """User and system time of the processes, their descendants, and the descendants that have ended."""
    ticks = 0
    for root in roots:
        for pid in tree(root):
            fields = stat(pid)
            if fields:
                ticks += sum(int(t) for t in fields[11:15])
    return ticks / TICKS


def memory(some_pids):
    """Proportional and resident set of the processes in bytes: {"pss": ..., "rss": ...}."""
    total = {"pss": 0, "rss": 0}
    for pid in some_pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                for line in f:
                    key = line.partition(":")[0].lower()
                    if key in total:
                        total[key] += int(line.split()[1]) * 1024
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            pass
    return total


def await_true(condition, seconds, what, processes=(), interval=0.02):
    """Waits for a condition, bounded, and fails early when one of the processes has ended."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        for process in processes:
            process.require_alive()
        if time.monotonic() > deadline:
            shown = "".join(f"\n{p.name}: {p.last_output()}" for p in processes)
            raise Failed(f"{what}: not within {seconds:g} s{shown}")
        time.sleep(interval)
