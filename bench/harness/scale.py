"""A cluster beyond a demo's size: time to ready, memory, idle CPU, and what the gateway adds to a request."""

import argparse
import os
import sys
import time

from harness import load, machine, report, space
from harness.arms import Tools
from harness.cluster import end, images_home, role, run
from harness.command import BENCH, DOCUMENT, ROOT, hyaline, java_home, say
from harness.figures import spread
from harness.measure import clock
from harness.process import Failed, cpu_seconds, memory, pids, stat

BEGIN, END = "<!-- scale:begin (written by bench/scale --write; edits here are lost) -->", "<!-- scale:end -->"
RATE = 500
CONNECTIONS = 16
IDLE_SECONDS = 10
READY_WITHIN = 300
WAYS = ("direct", "gateway")


def main(script, arguments):
    options = parse(arguments)
    if not space.inside():
        try:
            for program in ("ip", "unshare", "nginx"):
                Tools(ROOT).program(program)
            hyaline("images")
        except Failed as e:
            print(f"bench: {e}", file=sys.stderr)
            return 2
        return space.enter(script, arguments)
    try:
        space.prepare()
        return measure(options)
    except space.Interrupted as e:
        print(f"bench: interrupted by {e}; nothing is left running", file=sys.stderr)
        return 1
    except Failed as e:
        print(f"bench: FAILED: {e}", file=sys.stderr)
        return 1
    finally:
        space.leave()


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench/scale", description=__doc__)
    parser.add_argument("--nodes", type=int, default=5, help="(5)")
    parser.add_argument("--gateways", type=int, default=3, help="replicas of the ingress gateway (3)")
    parser.add_argument("--pods", type=int, default=200, help="pods with sidecars beside it (200)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which each way is measured once (5)")
    parser.add_argument("--seconds", type=int, default=5, help="length of one measurement (5)")
    parser.add_argument("--write", action="store_true", help="write the result into docs/performance.md")
    options = parser.parse_args(arguments)
    if min(options.nodes, options.gateways, options.pods, options.rounds, options.seconds) < 1:
        parser.error("all numbers must be positive")
    return options


def measure(options):
    home = os.path.join(space.disk_directory(), "scale")
    environment = {**os.environ, "HYALINE_HOME": home, "HYALINE_IMAGES_HOME": images_home()}
    environment["KUBECONFIG"] = os.path.join(home, "kubeconfig")
    before = set(pids())
    program = os.path.join(ROOT, "hyaline")
    try:
        text = report_of(options, *grown(options, program, environment, before))
    finally:
        run([program, "down"], environment, 120, check=False)
        end(before)
    print(text)
    if options.write:
        with open(DOCUMENT) as f:
            document = f.read()
        with open(DOCUMENT, "w") as f:
            f.write(report.insert(document, BEGIN, END, text))
        say("wrote docs/performance.md")
    return 0


def grown(options, program, environment, before):
    """Times in seconds, memory by role in bytes, CPU of an idle cluster in cores, and latencies in microseconds."""
    neighbours = machine.Neighbours()
    kubectl = lambda *words, seconds=60: run(["kubectl", *words], environment, seconds)  # noqa: E731
    system = ("-n", "istio-system")
    times = {}
    begun = time.monotonic()
    run([program, "up", "--detach", "--nodes", str(options.nodes)], environment, 300)
    times[f"`up --nodes {options.nodes}`"] = time.monotonic() - begun
    patch = '{"spec":{"replicaCount":%d}}' % options.gateways
    begun = time.monotonic()
    kubectl(*system, "patch", "istiogateway", "ingressgateway", "--type", "merge", "-p", patch)
    available = f"jsonpath={{.status.readyReplicas}}={options.gateways}"
    kubectl(*system, "wait", "deploy/istio-ingressgateway", f"--for={available}", "--timeout=60s", seconds=70)
    times[f"{options.gateways} gateways ready"] = time.monotonic() - begun
    kubectl("apply", "-f", os.path.join(BENCH, "templates", "scale.yaml"))
    kubectl("rollout", "status", "deploy/origin", "--timeout=60s", seconds=70)
    addresses = {"direct": address(kubectl, "default", "origin"), "gateway": address(kubectl, "istio-system", "istio-ingressgateway")}
    for each in addresses.values():
        reach(each, environment)
    begun = time.monotonic()
    kubectl("scale", "deploy/crowd", f"--replicas={options.pods}")
    kubectl("rollout", "status", "deploy/crowd", f"--timeout={READY_WITHIN}s", seconds=READY_WITHIN + 10)
    times[f"{options.pods} pods with sidecars ready"] = time.monotonic() - begun
    begun = time.monotonic()
    kubectl("get", "pods", "-A", "-o", "wide")
    times["`kubectl get pods -A -o wide`"] = time.monotonic() - begun
    for what, seconds in times.items():
        say(f"{what}: {seconds:.2f} s")
    latencies = paced(options, addresses)
    own = [p for p in pids() if p not in before]
    first = first_of(own)
    cpu = cpu_seconds(first)
    time.sleep(IDLE_SECONDS)
    idle = (cpu_seconds(first) - cpu) / IDLE_SECONDS
    parts = {}
    for pid in own:
        parts.setdefault(role(pid), []).append(memory([pid])["pss"])
    return times, parts, idle, latencies, neighbours.shares()["others"]


def first_of(some_pids):
    """Those that descend from none of the others."""
    return [p for p in some_pids if (fields := stat(p)) and int(fields[1]) not in some_pids]


def address(kubectl, namespace, service):
    wanted = "jsonpath={.status.loadBalancer.ingress[0].ip}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = kubectl("-n", namespace, "get", "service", service, "-o", wanted).strip()
        if found:
            return found
        time.sleep(0.1)
    raise Failed(f"service {namespace}/{service} got no address within 30 s")


def reach(address, environment):
    deadline = time.monotonic() + 30
    while run(["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", f"http://{address}/"], environment, 10, check=False) != "200":
        if time.monotonic() > deadline:
            raise Failed(f"nothing good came from http://{address}/ within 30 s")
        time.sleep(0.1)


def paced(options, addresses):
    java = os.path.join(java_home(), "bin", "java")
    pace = load.Pace(java, os.path.join(BENCH, "target", "classes"), space.work_directory())
    found = {way: [] for way in WAYS}
    try:
        for way in WAYS:
            pace.run(addresses[way], 10, RATE, CONNECTIONS, port=80)
        for number in range(options.rounds):
            for way in WAYS:
                found[way].append(pace.run(addresses[way], options.seconds, RATE, CONNECTIONS, port=80))
            say(f"round {number + 1}: " + "  ".join(f"{w} p50 {found[w][-1]['p50']:.0f} p99 {found[w][-1]['p99']:.0f} us" for w in WAYS))
    finally:
        pace.stop()
    return found


def report_of(options, times, parts, idle, latencies, others):
    m = machine.describe()
    lines = [
        f"{clock()}: {m['cores']} cores, {m['memory_gib']} GiB, Linux {m['kernel']}; {options.nodes} nodes, {options.gateways} gateways, "
        f"{options.pods} pods with sidecars. Other processes took {others:.0%} of the machine meanwhile (kubectl is among them).\n",
        report.table(["step", "seconds"], [[what, f"{seconds:.1f}"] for what, seconds in times.items()]),
        f"At rest all of the cluster's processes take {idle:.2f} of a core.\n",
        report.table(
            ["processes", "count", "memory, MB (PSS)"],
            [[name, str(len(all)), f"{sum(all) / 1e6:.0f}"] for name, all in sorted(parts.items(), key=lambda p: -sum(p[1])) if sum(all) >= 5e6],
        ),
        f"Latency at {RATE} requests/s over {CONNECTIONS} connections, {options.rounds} interleaved rounds of {options.seconds} s, in ms, "
        "min / median / max: from the host through the load balancer and a node to an nginx without a sidecar, and to the same through "
        "the gateway.\n",
        report.table(["way", "p50", "p99"], rows(latencies)),
    ]
    return "\n".join(lines)


def rows(latencies):
    shown = lambda values: " / ".join(f"{v:.2f}" for v in spread(values))  # noqa: E731
    of = lambda way, p: [r[p] / 1e3 for r in latencies[way]]  # noqa: E731
    made = [[way, shown(of(way, "p50")), shown(of(way, "p99"))] for way in WAYS]
    extra = lambda p: [g - d for g, d in zip(of("gateway", p), of("direct", p))]  # noqa: E731
    return [*made, ["added by the gateway", shown(extra("p50")), shown(extra("p99"))]]
