"""The works and their rounds: every arm once in each round, so that what disturbs the machine disturbs all."""

import os
import time

from harness import load
from harness.arms import EDGES, PAIRS
from harness.machine import Neighbours
from harness.probe import require_same_tls
from harness.process import Failed

WORKS = {
    "http": [*EDGES, "direct"],
    "pair": [*PAIRS],
    "paced": ["direct", *EDGES, *PAIRS],
    "tls": [*EDGES],
    "http2": [name for name in EDGES if name != "nginx"],  # whose release here speaks it on a plain port alone or not at all
    "http2-tls": [*EDGES],
}
OVER_TLS = ("tls", "http2-tls")


def plan(work, options):
    """(rounds, seconds) of a work: latency needs more rounds, since one disturbance spoils a p99, and they may be shorter."""
    if work == "paced" and options.seconds > 1:
        return options.rounds + 2, max(2, options.seconds // 2)
    return options.rounds, options.seconds


class Bench:
    """One run: its arms, what they measured, and which of them failed."""

    def __init__(self, field, options, tools, java, say):
        self.field = field
        self.options = options
        self.tools = tools
        self.java = java
        self.say = say
        self.arms = {}
        self.failures = {}
        self.works = {}
        self.warm_arms = set()
        self.pace = None

    def run(self):
        wanted = {name for work in self.options.works for name in WORKS.get(work, [])}
        if not wanted:
            return
        self.arms["direct"] = self.field.origin()
        for name in [n for n in self.options.arms if n in wanted]:
            self.attempt(name, lambda name=name: self.arms.__setitem__(name, self.field.start(name)))
        for work in self.options.works:
            if work in WORKS:
                self.work(work)

    def stop(self):
        if self.pace:
            self.pace.stop()
        for arm in reversed(list(self.arms.values())):
            arm.stop()

    def attempt(self, name, action):
        """Performs a step of an arm; an arm that fails is out of the run, loudly, and the others go on."""
        try:
            return action()
        except Failed as e:
            self.failures[name] = str(e)
            self.say(f"FAILED: {name}: {e}")
            arm = self.arms.pop(name, None)
            if arm:
                arm.stop()
            return None

    def work(self, work):
        names = [n for n in WORKS[work] if n in self.arms]
        if not [n for n in names if n != "direct"]:
            return
        if work == "paced" and not self.pace:
            self.pace = load.Pace(self.java, os.path.join(self.tools.root, "bench/target/classes"), self.field.work)
            self.attempt("direct", lambda: self.pace.run(self.arms["direct"].address, self.options.warm_up))
        for name in names:
            self.attempt(name, lambda name=name: self.warm(work, self.arms[name]))
        names = [n for n in names if n in self.arms]
        rounds = {name: [] for name in names}
        neighbours = Neighbours()
        count, seconds = plan(work, self.options)
        for number in range(count):
            turn = number % max(1, len(names))
            for name in names[turn:] + names[:turn]:
                if name in self.arms:
                    figures = self.attempt(name, lambda name=name: self.turn(work, self.arms[name], seconds))
                    if figures:
                        rounds[name].append(figures)
                        self.show(work, number, name, figures)
        memory = {n: self.arms[n].memory() for n in names if n in self.arms}
        self.works[work] = {"arms": {n: {"rounds": rounds[n], "memory": memory.get(n)} for n in names}}
        self.works[work] |= {"neighbours": neighbours.shares(), "rounds": count, "seconds": seconds}

    def warm(self, work, arm):
        if arm.name == "direct":
            self.one(work, arm, 1)
            return
        seconds = self.options.warm_up
        if work == "paced":
            self.one(work, arm, 0.5 if arm.name in self.warm_arms else seconds)
            return
        if work in OVER_TLS:
            protocol = "h2" if work == "http2-tls" else "http/1.1"
            require_same_tls(arm.name, arm.address, protocol, load.client_environment(self.field.templates))
        arm.cut_logs()
        load.until_warm(lambda: self.one(work, arm, seconds), self.options.patience)
        self.warm_arms.add(arm.name)
        arm.check_log_lines()

    def turn(self, work, arm, seconds):
        if arm.name == "direct" and work != "paced":
            seconds = min(3, seconds)
        arm.require_alive()
        arm.cut_logs()
        before = arm.cpu()
        result = self.one(work, arm, seconds)
        cpu = arm.cpu() - before
        arm.require_alive()
        if work != "paced":
            arm.check_logs(result["requests"])
        result["cpu_us"] = cpu / (result["requests"] * (1 + self.settling_share(work, seconds))) * 1e6
        if "seconds" in result:
            result["rps"] = result["requests"] / result["seconds"]
        return result

    @staticmethod
    def settling_share(work, seconds):
        """Paced requests that were served, and cost CPU, but were not recorded."""
        return load.SETTLING_SECONDS / seconds if work == "paced" else 0

    def one(self, work, arm, seconds):
        if work == "paced":
            return self.pace.run(arm.address, seconds)
        return as_fast_as_it_goes(work, self.tools, self.field, arm, seconds)

    def show(self, work, number, name, f):
        rate = f"{f['rps']:9.0f}/s " if "rps" in f else ""
        self.say(
            f"{work:9} round {number + 1}  {name:13} {f['cpu_us']:7.1f} us CPU/request  {rate}"
            f" p50 {f['p50'] / 1000:.2f} ms  p99 {f['p99'] / 1000:.2f} ms"
        )


def as_fast_as_it_goes(work, tools, field, arm, seconds):
    """One run of a work's load generator."""
    url = arm.tls_url if work in OVER_TLS else arm.url
    if work.startswith("http2"):
        environment = load.client_environment(field.templates)
        return load.h2load(tools.program("h2load"), environment, url, seconds, os.path.join(field.work, "h2load.log"))
    return load.wrk(tools.program("wrk"), field.templates, url, seconds)


def clock():
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
