"""Pure functions from the measured rounds to ratios, spreads and the distance to the bars."""

from statistics import median


def spread(values):
    """(min, median, max), or None when nothing was measured."""
    values = list(values)
    return (min(values), median(values), max(values)) if values else None


def rounds(results, work, arm):
    return results["works"].get(work, {}).get("arms", {}).get(arm, {}).get("rounds", [])


def values(results, work, arm, metric):
    return [r[metric] for r in rounds(results, work, arm) if metric in r]


def ratios(results, work, arm, base, metric):
    """The arm's figure over the base's, round by round: both were measured within the same minute."""
    pairs = zip(rounds(results, work, arm), rounds(results, work, base))
    return [a[metric] / b[metric] for a, b in pairs if metric in a and b.get(metric)]


def added(results, arm, metric):
    """What the arm adds to the latency of the direct way, round by round, in microseconds."""
    pairs = zip(rounds(results, "paced", arm), rounds(results, "paced", "direct"))
    return [a[metric] - d[metric] for a, d in pairs]


def resident(results, work, arm, kind="pss"):
    memory = results["works"].get(work, {}).get("arms", {}).get(arm, {}).get("memory")
    return memory[kind] if memory else None


class Bar:
    """One aim: what is measured, what is wanted, what was seen; `met` is None when it was not measured."""

    def __init__(self, measure, wanted, seen, limit, unit):
        self.measure = measure
        self.wanted = wanted
        self.seen = spread(seen)
        self.limit = limit
        self.unit = unit

    @property
    def met(self):
        return None if self.seen is None or self.limit is None else self.seen[1] <= self.limit

    @property
    def verdict(self):
        """"met" and "not met" when all rounds agree, otherwise what the median says."""
        low, middle, high = self.seen
        if high <= self.limit:
            return "met"
        if low > self.limit:
            return "not met"
        return "met by the median" if middle <= self.limit else "not met by the median"

    @property
    def distance(self):
        """How far the median is from the bar, as a share of the bar; negative is better than wanted."""
        return None if self.met is None else self.seen[1] / self.limit - 1


def bars(results):
    """The bars of the design: CPU against Envoy and nginx, added latency against the best peer, the cluster's aims."""
    found = []
    for work, what in (("http", "HTTP/1.1 keep-alive"), ("tls", "HTTP/1.1 keep-alive over TLS")):
        for base, limit in (("envoy", 0.45), ("nginx", 1.0)):
            seen = ratios(results, work, "hyaline", base, "cpu_us")
            found.append(Bar(f"CPU per request, {what}", f"≤ {limit:g} × {base}", seen, limit, "×"))
    for work, what in (("http2", "gateway, HTTP/2"), ("http2-tls", "gateway, HTTP/2 over TLS")):
        found.append(Bar(f"CPU per request, {what}", "≤ 0.6 × envoy", ratios(results, work, "hyaline", "envoy", "cpu_us"), 0.6, "×"))
    pair = ratios(results, "pair", "hyaline-pair", "envoy-pair", "cpu_us")
    found.append(Bar("CPU per request, sidecar pair with mTLS", "≤ 0.45 × Envoy's pair", pair, 0.45, "×"))
    found += latency_bars(results)
    runs = results.get("cluster", {}).get("runs", [])
    found.append(Bar("first answer after `up`", "≤ 5 s", [r["first_answer"] for r in runs], 5.0, "s"))
    memory = [r["memory"]["pss"] / 1e6 for r in runs]
    found.append(Bar("memory, two nodes and two sidecars", "≤ 500 MB", memory, 500.0, "MB"))
    return found


def latency_bars(results):
    found = []
    for arm, peers, what in (
        ("hyaline", ["nginx", "haproxy", "envoy"], "added p99 at 1000 requests/s"),
        ("hyaline-pair", ["envoy-pair"], "added p99 at 1000 requests/s, sidecar pair with mTLS"),
    ):
        best = [(median(a), peer) for peer in peers if (a := added(results, peer, "p99"))]
        limit, name = min(best) if best else (None, "the best peer")
        wanted = f"< {name}: {limit / 1000:.2f} ms" if best else "below every peer"
        seen = [a / 1000 for a in added(results, arm, "p99")]
        usable = limit / 1000 if best and limit > 0 else None
        found.append(Bar(what, wanted, seen, usable, "ms"))
    return found
