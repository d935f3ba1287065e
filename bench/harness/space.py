"""Runs the harness inside a network and PID namespace of its own.

The outer process only supervises: it hands signals on, and removes the working directory whatever happened. When it is
killed, the inner one is asked to end; when the inner one ends, of whatever death, the kernel ends everything in its
namespaces.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

INSIDE = "HYALINE_BENCH_INSIDE"
ON_DISK = "HYALINE_BENCH_ON_DISK"
GRACE_SECONDS = 30
PR_SET_PDEATHSIG = 1
PR_SET_TIMERSLACK = 29


class Interrupted(Exception):
    """The run was asked to end."""


def prctl(option, value):
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def inside():
    return INSIDE in os.environ


def work_directory():
    """Where configurations and logs are, in memory if possible."""
    return os.environ[INSIDE]


def disk_directory():
    """Where a cluster keeps its data: a database that waits for the disk must wait for one here, too."""
    return os.environ[ON_DISK]


def enter(script, arguments):
    """Runs the script again inside the namespaces, waits for it, and returns its exit code."""
    work = tempfile.mkdtemp(prefix="hyaline-bench-", dir=memory_directory())
    disk = tempfile.mkdtemp(prefix="hyaline-bench-")
    command = ["unshare", "--net", "--pid", "--fork", "--kill-child=TERM", "--mount-proc"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    command += [sys.executable, script, *arguments]
    asked = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda n, _: asked.append(n))
    try:
        child = subprocess.Popen(
            command,
            env={**os.environ, INSIDE: work, ON_DISK: disk},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
        return supervise(child, asked)
    finally:
        remove(work, disk)


def supervise(child, asked):
    deadline = None
    while child.poll() is None:
        time.sleep(0.1)
        if asked and deadline is None:
            deadline = time.monotonic() + GRACE_SECONDS
            signal_inside(child, signal.SIGTERM)
        if deadline is not None and time.monotonic() > deadline:
            signal_inside(child, signal.SIGKILL)
    return 128 + asked[0] if asked else child.returncode


def signal_inside(child, number):
    """Signals the first process of the namespaces, whose end is the end of all others there."""
    try:
        with open(f"/proc/{child.pid}/task/{child.pid}/children") as f:
            for pid in f.read().split():
                os.kill(int(pid), number)
    except (FileNotFoundError, ProcessLookupError):
        pass


def leave():
    """Inside: the last act, for the case that nobody supervises any more."""
    remove(work_directory(), disk_directory())


def remove(*directories):
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)


def memory_directory():
    """Logs are written to memory, so that no disk is measured; they are cut off between measurements."""
    shm = "/dev/shm"
    if os.path.isdir(shm) and shutil.disk_usage(shm).free > 2 << 30:
        return shm
    return None


def prepare():
    """Inside: loopback up, and a request to end becomes an exception that unwinds everything."""

    def interrupt(number, _):
        for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(n, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    routes = subprocess.run(["ip", "route", "show", "default"], check=True, capture_output=True, text=True).stdout
    if routes.strip():
        raise RuntimeError(f"this network namespace has a default route: {routes.strip()}")
