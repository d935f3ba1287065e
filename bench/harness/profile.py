"""Where Hyaline's proxy spends its CPU under load: JFR samples by CPU time, native code included."""

import argparse
import os
import subprocess
import sys
from collections import Counter

from harness import certificates, load, machine, report, samples, space
from harness.arms import Field, Tools
from harness.command import BENCH, DOCUMENT, ROOT, java_home, require_hyaline, say
from harness.measure import as_fast_as_it_goes, clock
from harness.process import TICKS, Failed, cpu_seconds, stat, tree

BEGIN, END = "<!-- profile:begin (written by bench/profile --write; edits here are lost) -->", "<!-- profile:end -->"
STACK_DEPTH = "64"

# work: the arm that is started, which of its processes is looked at, the work of a measurement that loads it, and a title
WORKS = {
    "http": ("hyaline", 0, "http", "HTTP/1.1 keep-alive"),
    "tls": ("hyaline", 0, "tls", "HTTP/1.1 keep-alive over TLS"),
    "http2": ("hyaline", 0, "http2", "HTTP/2"),
    "http2-tls": ("hyaline", 0, "http2-tls", "HTTP/2 over TLS"),
    "client": ("hyaline-pair", 1, "pair", "the client's sidecar of a pair with mTLS"),
    "server": ("hyaline-pair", 0, "pair", "the server's sidecar of a pair with mTLS"),
}


def main(script, arguments):
    options = parse(arguments)
    if not space.inside():
        try:
            for program in ("ip", "unshare", "openssl", "nginx", "wrk", "h2load"):
                Tools(ROOT).program(program)
            require_hyaline()
        except Failed as e:
            print(f"bench: {e}", file=sys.stderr)
            return 2
        return space.enter(script, arguments)
    try:
        space.prepare()
        return run(options)
    except space.Interrupted as e:
        print(f"bench: interrupted by {e}; nothing is left running", file=sys.stderr)
        return 1
    except Failed as e:
        print(f"bench: FAILED: {e}", file=sys.stderr)
        return 1
    finally:
        space.leave()


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/profile", description=__doc__)
    parser.add_argument("work", nargs="?", choices=WORKS, default="http", help="what the proxy does meanwhile (http)")
    parser.add_argument("--seconds", type=int, default=15, help="length of the recording (15)")
    parser.add_argument("--warm-up", type=int, default=10, help="seconds of load before it (10)")
    parser.add_argument("--frames", type=int, default=20, help="rows of each table of frames (20)")
    parser.add_argument("--keep", metavar="FILE", help="keep the recording, for `jfr view` or JDK Mission Control")
    parser.add_argument("--write", action="store_true", help="write the largest costs into docs/performance.md")
    return parser.parse_args(arguments)


def run(options):
    arm_name, index, kind, title = WORKS[options.work]
    tools = Tools(ROOT)
    work = space.work_directory()
    certificates.make(os.path.join(work, "certs"))
    field = Field(tools, os.path.join(BENCH, "templates"), work)
    started = []
    try:
        started.append(field.origin())
        arm = field.start(arm_name)
        started.append(arm)
        ask = lambda seconds: as_fast_as_it_goes(kind, tools, field, arm, seconds)  # noqa: E731
        say(f"warming up for at least {options.warm_up} s")
        load.until_warm(lambda: ask(options.warm_up), 4 * options.warm_up)
        java = busiest(arm.processes[index].pid)
        say(f"recording for {options.seconds} s")
        profile = record(java, work, options, lambda: ask(options.seconds), arm)
    finally:
        for arm in reversed(started):
            arm.stop()
    text = markdown(profile, title, options)
    print(text)
    if options.write:
        with open(DOCUMENT) as f:
            document = f.read()
        with open(DOCUMENT, "w") as f:
            f.write(report.insert(document, BEGIN, END, text))
        say("wrote docs/performance.md")
    return 0


def busiest(root):
    """The proxy's own JVM, whether the script became it or started it."""
    return max(tree(root), key=lambda pid: cpu_seconds([pid]))


def record(java, work, options, loaded, arm):
    tool = os.path.join(java_home(), "bin")
    recording = options.keep or os.path.join(work, "profile.jfr")
    jcmd(tool, java, "JFR.start", "name=bench", f"settings={os.path.join(BENCH, 'templates', 'profile.jfc')}")
    threads, cpu = thread_ticks(java), arm.cpu()
    neighbours = machine.Neighbours()
    result = loaded()
    others = neighbours.shares()["others"]
    threads, cpu = difference(thread_ticks(java), threads), arm.cpu() - cpu
    jcmd(tool, java, "JFR.dump", "name=bench", f"filename={os.path.abspath(recording)}")
    wanted = "jdk.CPUTimeSample,jdk.ObjectAllocationSample,jdk.GarbageCollection"
    printed = subprocess.Popen(
        [os.path.join(tool, "jfr"), "print", "--stack-depth", STACK_DEPTH, "--events", wanted, recording],
        stdout=subprocess.PIPE,
        text=True,
    )
    found, allocated, paused = samples.read(printed.stdout)
    if printed.wait() != 0 or not found:
        raise Failed(f"the recording {recording} holds no samples (this needs a JDK with jdk.CPUTimeSample, 25 or newer)")
    return {
        "samples": found, "allocated": allocated, "paused": paused,
        "threads": threads, "cpu": cpu, "requests": result["requests"], "others": others,
    }  # fmt: skip


def jcmd(tool, pid, *words):
    done = subprocess.run([os.path.join(tool, "jcmd"), str(pid), *words], capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or "Exception" in done.stdout:
        raise Failed(f"jcmd {words[0]}: {done.stdout.strip()} {done.stderr.strip()}")


def thread_ticks(pid):
    """CPU ticks by name of thread."""
    found = Counter()
    for task in os.listdir(f"/proc/{pid}/task"):
        fields = stat(f"{pid}/task/{task}")
        if fields:
            with open(f"/proc/{pid}/task/{task}/comm") as f:
                found[f.read().strip()] += int(fields[11]) + int(fields[12])
    return found


def difference(after, before):
    return Counter({name: after[name] - before[name] for name in after if after[name] > before[name]})


def markdown(profile, title, options):
    found, requests = profile["samples"], profile["requests"]
    per_request = profile["cpu"] / requests * 1e6
    good = [s for s in found if s.frames]
    m = machine.describe()
    head = (
        f"{clock()}, {title}, {load.CONNECTIONS} connections, {options.seconds} s after at least {options.warm_up} s of warm-up, on "
        f"{m['cores']} cores ({m['cpu']}): {per_request:.1f} µs of CPU per request, {len(found)} samples of 5 ms "
        f"({len(found) - len(good)} without a stack), {profile['paused'] * 1000:.0f} ms of garbage collection. "
        f"Other processes took {profile['others']:.0%} of the machine meanwhile.\n"
    )
    total = len(good)
    ticks = sum(profile["threads"].values())
    allocated = sum(profile["allocated"].values())
    parts = [head, "**Costs, largest first** (by the innermost frame, or by the code that called it)\n"]
    costs, sampled = samples.costs(good, profile["threads"])
    parts.append(rows("cost", costs[:12], per_request))
    parts += ["**Threads**\n", rows("thread", samples.shares(profile["threads"], ticks, 8), per_request)]
    parts += ["**Frames by self time** (shares of the sampled threads' time)\n"]
    parts.append(rows("frame", samples.shares(Counter(s.top for s in good), total, options.frames), per_request * sampled))
    parts += ["**Nearest frame of our own code, with all that it calls outside of it** (likewise)\n"]
    parts.append(rows("frame", samples.shares(Counter(s.own for s in good), total, options.frames), per_request * sampled))
    parts += [f"**Allocations**: about {allocated / requests:.0f} bytes on the heap per request\n"]
    parts.append(
        report.table(
            ["what, by the nearest frame of our own", "bytes/request"],
            [[f"`{name}`", f"{size / requests:.0f}"] for name, size in profile["allocated"].most_common(10)],
        )
    )
    return "\n".join(parts)


def rows(name, shares, per_request):
    cells = [[f"`{what}`" if "." in what else what, f"{share:.1%}", f"{share * per_request:.2f}"] for what, share in shares]
    return report.table([name, "share", "µs/request"], cells)
