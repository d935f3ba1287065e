"""The load generators: wrk and, for HTTP/2, h2load as fast as they go, and the paced one of this module at a fixed rate."""

import json
import os
import re
import select
import subprocess
import time

from harness.process import Failed
from harness.space import PR_SET_TIMERSLACK, prctl

CONNECTIONS = 64
HTTP2_CONNECTIONS = 16
HTTP2_STREAMS = 4
PACED_CONNECTIONS = 16
PACED_RATE = 1000
SETTLING_SECONDS = 0.5

# A busy machine gives a compiler little time: an arm is warm when it has served this many, or when patience ends.
ENOUGH_TO_BE_WARM = 50_000


def wrk(program, templates, url, seconds, connections=CONNECTIONS):
    """Returns {"requests", "seconds", "p50", "p99", "failed"} of one run; times in microseconds."""
    script = os.path.join(templates, "wrk.lua")
    command = [program, "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "5s", "-s", script, url]
    if seconds != int(seconds):
        raise ValueError("wrk counts in whole seconds")
    environment = client_environment(templates)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, env=environment)
    except subprocess.TimeoutExpired as e:
        raise Failed(f"wrk on {url} did not end") from e
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            result = json.loads(line)
            if result["failed"]:
                raise Failed(f"{result['failed']} of {result['requests']} requests to {url} failed: {line}")
            if not result["requests"]:
                raise Failed(f"no request to {url} was answered")
            return result
    raise Failed(f"wrk on {url} gave no result (exit code {done.returncode}): {done.stderr.strip()}")


def h2load(program, environment, url, seconds, log):
    """As wrk, over HTTP/2; `log` is a file for the time of each request."""
    if os.path.exists(log):
        os.remove(log)
    command = [program, "-t1", f"-c{HTTP2_CONNECTIONS}", f"-m{HTTP2_STREAMS}", f"-D{seconds:g}", f"--log-file={log}"]
    command += ["--tls13-ciphers=TLS_AES_128_GCM_SHA256", url]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, env=environment)
    except subprocess.TimeoutExpired as e:
        raise Failed(f"h2load on {url} did not end") from e
    counts = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", done.stdout)
    if not counts or "Application protocol: h2" not in done.stdout:
        raise Failed(f"h2load on {url} gave no result by HTTP/2 (exit code {done.returncode}): {done.stdout} {done.stderr.strip()}")
    good, *bad = map(int, counts.groups())
    if any(bad) or not good:
        raise Failed(f"{sum(bad)} of {good + sum(bad)} requests to {url} failed: {counts[0]}")
    with open(log) as f:
        times = sorted(int(line.split("\t")[2]) for line in f)
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]  # noqa: E731
    return {"requests": good, "seconds": seconds, "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": times[-1], "failed": 0}


def until_warm(once, patience):
    """Repeats a load until the arm has served enough to be warm, or until patience (in seconds) ends."""
    begun = time.monotonic()
    served = once()["requests"]
    while served < ENOUGH_TO_BE_WARM and time.monotonic() - begun < patience:
        served += once()["requests"]


def client_environment(templates):
    return {**os.environ, "OPENSSL_CONF": os.path.join(templates, "openssl.cnf")}


class Pace:
    """The paced load generator; one JVM for all runs, so that it is warm when it counts."""

    def __init__(self, java, classes, directory):
        flags = ["-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        with open(os.path.join(directory, "pace.out"), "ab") as err:
            self.popen = subprocess.Popen(
                [java, *flags, "-cp", classes, "io.hyaline.bench.Pace"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
                start_new_session=True,
                # A timer may otherwise fire 50 microseconds late, which is part of what is measured.
                preexec_fn=lambda: prctl(PR_SET_TIMERSLACK, 1000),
            )

    def run(self, address, seconds, rate=PACED_RATE, connections=PACED_CONNECTIONS, port=8080):
        """Returns {"requests", "p50", "p99", ...} of one run; times in microseconds, from when a request was due."""
        self.popen.stdin.write(f"{address} {port} / {rate} {connections} {SETTLING_SECONDS} {seconds}\n")
        self.popen.stdin.flush()
        if not select.select([self.popen.stdout], [], [], seconds + 30)[0]:
            raise Failed(f"the paced load on {address} did not end")
        line = self.popen.stdout.readline()
        if not line:
            raise Failed(f"the paced load generator ended with exit code {self.popen.wait()}")
        result = json.loads(line)
        if "error" in result:
            raise Failed(f"the paced load generator: {result['error']}")
        if result["failed"]:
            raise Failed(f"{result['failed']} paced requests to {address} failed: {result['failure']}")
        return result

    def stop(self):
        if self.popen.poll() is None:
            self.popen.stdin.close()
            deadline = time.monotonic() + 3
            while self.popen.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            if self.popen.poll() is None:
                self.popen.kill()
                self.popen.wait()
