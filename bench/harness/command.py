"""The command line of bench/run."""

import argparse
import json
import os
import subprocess
import sys
import time

from harness import certificates, cluster, machine, report, space
from harness.arms import NAMES, UNBUILT, Field, Tools
from harness.measure import WORKS, Bench, clock
from harness.process import Failed

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "bench")
UNPREPARED = "HYALINE_BENCH_UNPREPARED"
DOCUMENT = os.path.join(ROOT, "docs", "performance.md")


def main(script, arguments):
    options = parse(arguments)
    if not space.inside():
        try:
            prepare_outside(options)
        except Failed as e:
            print(f"bench: {e}", file=sys.stderr)
            return 2
        return space.enter(script, arguments)
    try:
        space.prepare()
        return run(options)
    except space.Interrupted as e:
        print(f"bench: interrupted by {e}; nothing is left running, nothing was written", file=sys.stderr)
        return 1
    finally:
        space.leave()


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Measures nginx, HAProxy, Envoy and Hyaline side by side, in a network namespace of its own.",
    )
    parser.add_argument("--quick", action="store_true", help="short rounds, no cluster, docs untouched: a first look in under 90 s")
    parser.add_argument("--rounds", type=int, help="rounds in which every arm is measured once (3)")
    parser.add_argument("--seconds", type=int, help="length of one measurement (6)")
    parser.add_argument("--warm-up", type=int, help="seconds of load on each arm before it counts (5)")
    parser.add_argument("--works", type=names([*WORKS, "cluster"]), help=f"of {', '.join([*WORKS, 'cluster'])} (all)")
    parser.add_argument("--arms", type=names(NAMES), help=f"of {', '.join(NAMES)} (all)")
    parser.add_argument("--ups", type=int, default=3, help="how often the cluster is brought up (3)")
    parser.add_argument("--write", action=argparse.BooleanOptionalAction, help="write docs/performance.md (default: full runs without failure)")
    options = parser.parse_args(arguments)
    full = not options.quick and options.works is None and options.arms is None
    if options.write is None:
        options.write = full
        options.force = False
    else:
        options.force = options.write
    options.rounds = options.rounds or (2 if options.quick else 3)
    options.seconds = options.seconds or (1 if options.quick else 6)
    options.warm_up = options.warm_up or (2 if options.quick else 5)
    options.patience = 0 if options.quick else 4 * options.warm_up
    options.works = options.works or ([*WORKS] if options.quick else [*WORKS, "cluster"])
    options.arms = NAMES if options.arms is None else options.arms
    if min(options.rounds, options.seconds, options.warm_up, options.ups) < 1:
        parser.error("rounds, seconds, warm-up and ups must be positive")
    return options


def names(allowed):
    def read(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(allowed)}")
        return [name for name in allowed if name in chosen]

    return read


def prepare_outside(options):
    """What may need the network or a build happens before the namespace is entered."""
    tools = Tools(ROOT)
    for program in ("ip", "unshare", "openssl", "nginx", "haproxy", "wrk", "h2load"):
        tools.program(program)
    if any(a.startswith("envoy") for a in options.arms):
        tools.envoy()
    java_home()
    if not os.path.exists(os.path.join(BENCH, "target/classes/io/hyaline/bench/Pace.class")):
        build = ["./mvnw", "-q", "-pl", "bench", "-am", "package", "-DskipTests"]
        done = subprocess.run(build, cwd=ROOT, env={**os.environ, "JAVA_HOME": java_home()})
        if done.returncode != 0:
            raise Failed("the paced load generator cannot be built: ./mvnw -pl bench -am package failed")
    if any(a.startswith("hyaline") for a in options.arms) or "cluster" in options.works:
        # What fails here fails its arms with this message; the others are measured, and the exit code says that the run is
        # not whole.
        remember(UNBUILT, require_hyaline)
        if "cluster" in options.works and UNBUILT not in os.environ:
            remember(UNPREPARED, require_images)


def remember(variable, action):
    try:
        action()
    except Failed as e:
        os.environ[variable] = str(e)


def require_hyaline():
    """Builds what is stale, as ./hyaline does; inside the namespace nothing could be downloaded."""
    hyaline("--version")


def require_images():
    """Installs what the samples' images stand for, which may need the network."""
    hyaline("images")


def hyaline(command):
    done = subprocess.run(
        [Tools(ROOT).hyaline(), command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        shown = "\n".join(done.stderr.strip().splitlines()[:6])
        raise Failed(f"./hyaline {command} ended with exit code {done.returncode}: {shown}")


def java_home():
    done = subprocess.run([os.path.join(ROOT, "scripts/jdk")], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(done.stderr.strip())
    return done.stdout.strip()


def run(options):
    tools = Tools(ROOT)
    work = space.work_directory()
    java = os.path.join(java_home(), "bin", "java")
    certificates.make(os.path.join(work, "certs"))
    bench = Bench(Field(tools, os.path.join(BENCH, "templates"), work), options, tools, java, say)
    begun = time.monotonic()
    try:
        bench.run()
    finally:
        bench.stop()
    results = {
        "date": clock(),
        "machine": machine.describe(),
        "versions": machine.versions(version_commands(tools, java, options)),
        "options": {k: getattr(options, k) for k in ("rounds", "seconds", "warm_up", "works", "arms", "quick", "ups")},
        "works": bench.works,
        "failures": bench.failures,
    }
    if "cluster" in options.works:
        unready = os.environ.get(UNBUILT) or os.environ.get(UNPREPARED)
        results["cluster"] = {"error": unready} if unready else cluster.measure(ROOT, space.disk_directory(), options.ups, say)
        if "error" in results["cluster"]:
            results["failures"]["cluster"] = results["cluster"]["error"]
    results["took_seconds"] = round(time.monotonic() - begun, 1)
    return finish(results, options)


def version_commands(tools, java, options):
    commands = {"nginx": [tools.program("nginx"), "-v"], "HAProxy": [tools.program("haproxy"), "-v"]}
    if any(a.startswith("envoy") for a in options.arms):
        commands["Envoy"] = [tools.envoy(), "--version"]
    commands["Java"] = [java, "-version"]
    return commands


def finish(results, options):
    directory = os.path.join(BENCH, "results")
    os.makedirs(directory, exist_ok=True)
    name = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + ".json"
    for path in (name, "latest.json"):
        with open(os.path.join(directory, path), "w") as f:
            json.dump(results, f, indent=1)
            f.write("\n")
    section = report.markdown(results)
    print(section)
    failures = results["failures"]
    if options.write and (options.force or not failures):
        with open(DOCUMENT) as f:
            text = f.read()
        with open(DOCUMENT, "w") as f:
            f.write(report.insert(text, report.BEGIN, report.END, section))
        say("wrote docs/performance.md")
    say(f"wrote bench/results/{name}; took {results['took_seconds']:.0f} s")
    for arm, why in failures.items():
        print(f"bench: FAILED: {arm}: {why}", file=sys.stderr)
    if failures and options.write and not options.force:
        print("bench: docs/performance.md is untouched, because something failed (--write writes it anyway)", file=sys.stderr)
    return 1 if failures else 0


def say(line):
    print(line, file=sys.stderr, flush=True)
