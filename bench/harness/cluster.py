"""How long `hyaline up` takes until the seed's two pods answer, and what everything weighs then."""

import os
import signal
import subprocess
import time

from harness.process import Failed, memory, pids

UP_WITHIN = 150
READY_WITHIN = 90
ANSWER_WITHIN = 30


def measure(root, work, runs, say):
    """{"runs": [...]}, or {"error": ...} with what went wrong."""
    done = []
    try:
        for number in range(runs):
            done.append(once(root, os.path.join(work, f"cluster-{number}")))
            say(
                f"cluster run {number + 1}  up {done[-1]['up']:.2f} s  pods ready {done[-1]['ready']:.2f} s"
                f"  first answer {done[-1]['first_answer']:.2f} s  PSS {done[-1]['memory']['pss'] / 1e6:.0f} MB"
            )
    except Failed as e:
        say(f"FAILED: cluster: {e}")
        return {"error": str(e)}
    return {"runs": done}


def images_home():
    """Where the unpacked images of the samples are: those of the person's own clusters serve here, too."""
    named = os.environ.get("HYALINE_IMAGES_HOME") or os.environ.get("HYALINE_HOME")
    return os.path.abspath(named or os.path.expanduser("~/.hyaline"))


def once(root, home):
    environment = {**os.environ, "HYALINE_HOME": home, "HYALINE_IMAGES_HOME": images_home()}
    environment["KUBECONFIG"] = os.path.join(home, "kubeconfig")
    before = set(pids())
    hyaline = os.path.join(root, "hyaline")
    try:
        return timed(root, hyaline, environment, before)
    finally:
        run([hyaline, "down"], environment, 60, check=False)
        end(before)


def timed(root, hyaline, environment, before):
    begun = time.monotonic()
    run([hyaline, "up", "--detach"], environment, UP_WITHIN)
    up = time.monotonic() - begun
    samples = [os.path.join(root, "samples", name) for name in ("sleep.yaml", "httpbin.yaml")]
    kubectl = ["kubectl", "-n", "default"]
    run([*kubectl, "apply", "-f", samples[0], "-f", samples[1]], environment, 30)
    for name in ("sleep", "httpbin"):
        run([*kubectl, "rollout", "status", f"deploy/{name}", f"--timeout={READY_WITHIN}s"], environment, READY_WITHIN + 5)
    ready = time.monotonic() - begun
    curl = ["curl", "-sS", "-m", "5", "-w", " status %{http_code}", "http://httpbin:8000/ip"]
    answer([*kubectl, "exec", "deploy/sleep", "-c", "sleep", "--", *curl], environment)
    first_answer = time.monotonic() - begun
    own = [p for p in pids() if p not in before]
    parts = {}
    for pid in own:
        name = role(pid)
        parts[name] = parts.get(name, 0) + memory([pid])["pss"]
    return {"up": up, "ready": ready, "first_answer": first_answer, "memory": memory(own), "parts": parts}


def answer(call, environment):
    """Calls httpbin from sleep's pod until it answers; what the last call met is in the message otherwise."""
    deadline = time.monotonic() + ANSWER_WITHIN
    while True:
        said = run(call, environment, 20, check=False)
        if '"origin"' in said:
            return
        if time.monotonic() > deadline:
            raise Failed(f"sleep's pod got no answer from httpbin within {ANSWER_WITHIN} s: {said.strip() or '(nothing)'}")
        time.sleep(0.05)


def role(pid):
    """What a process of the cluster is called in the report: Hyaline's roles by name, others by their command."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            words = [w.decode(errors="replace") for w in f.read().split(b"\0")]
        with open(f"/proc/{pid}/comm") as f:
            command = f.read().strip()
    except (FileNotFoundError, ProcessLookupError):
        return "ended meanwhile"
    for i, word in enumerate(words[:-1]):
        if word.startswith("io.hyaline.cli."):
            return "hyaline " + words[i + 1]
    return command


def run(command, environment, seconds, check=True):
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds)
    except FileNotFoundError as e:
        raise Failed(f"{command[0]} is not there") from e
    except subprocess.TimeoutExpired as e:
        if check:
            raise Failed(f"{os.path.basename(command[0])} {command[1]} did not end within {seconds} s") from e
        return f"no end within {seconds} s"
    if not check:
        return done.stdout + done.stderr
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        shown = "\n".join(said[-12:]) or "(no output)"
        raise Failed(f"{os.path.basename(command[0])} {command[1]} ended with exit code {done.returncode}: {shown}")
    return done.stdout


def end(before):
    """Nothing of a cluster may outlive its run; all processes here are this run's own, since the PID namespace is."""
    deadline = time.monotonic() + 3
    while any(p not in before and p != os.getpid() for p in living()) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in living():
        if pid not in before and pid != os.getpid():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def living():
    """Processes that are not zombies; orphans that have ended are collected on the way."""
    found = []
    for pid in pids():
        try:
            with open(f"/proc/{pid}/stat") as f:
                if f.read().rpartition(")")[2].split()[0] != "Z":
                    found.append(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found
