"""Markdown from the results: the bars, then ratios, then absolute figures."""

from harness import load
from harness.figures import added, bars, ratios, resident, rounds, spread, values
from harness.measure import WORKS

BEGIN, END = "<!-- bench:begin (written by bench/run; edits here are lost) -->", "<!-- bench:end -->"
TITLES = {
    "http": f"HTTP/1.1 keep-alive, {load.CONNECTIONS} connections",
    "tls": f"HTTP/1.1 keep-alive over TLS 1.3, {load.CONNECTIONS} connections",
    "http2": f"HTTP/2, {load.HTTP2_CONNECTIONS} connections with {load.HTTP2_STREAMS} requests at a time",
    "http2-tls": f"HTTP/2 over TLS 1.3, {load.HTTP2_CONNECTIONS} connections with {load.HTTP2_STREAMS} requests at a time",
    "pair": f"Client sidecar and server sidecar with mutual TLS between them, {load.CONNECTIONS} connections, both together",
    "paced": f"Latency at {load.PACED_RATE} requests/s, {load.PACED_CONNECTIONS} connections",
}
LABELS = {
    "nginx": "nginx", "haproxy": "HAProxy", "envoy": "Envoy", "hyaline": "Hyaline", "direct": "direct",
    "envoy-pair": "two Envoys", "hyaline-pair": "two Hyalines",
}  # fmt: skip
VERDICTS = {
    "met": "met",
    "not met": "**not met**",
    "met by the median": "met, but not in every round",
    "not met by the median": "**not met**, but in some round",
}
BASES = {"http": ["envoy", "nginx"], "tls": ["envoy", "nginx"], "http2": ["envoy"], "http2-tls": ["envoy", "nginx"], "pair": ["envoy-pair"]}


def table(head, rows):
    if not rows:
        return ""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def shown(values, digits=2):
    """min / median / max."""
    s = spread(values)
    return " / ".join(f"{v:.{digits}f}" for v in s) if s else "—"


def markdown(results):
    parts = [heading(results), "### Distance to the bars\n", bar_table(results)]
    works = [w for w in WORKS if w in results["works"]]
    if works:
        parts.append("### Ratios within this run\n")
        parts.append("Each cell is min / median / max over the rounds.\n")
        parts += [section(results, w, ratio_table) for w in works]
        parts.append("### Absolute figures of this run\n")
        parts.append("Only the ratios above say something; these depend on the machine and on what else it did.\n")
        parts += [section(results, w, absolute_table) for w in works]
    parts += ["### The cluster\n", cluster(results)]
    return "\n".join(p for p in parts if p)


def heading(results):
    m, o = results["machine"], results["options"]
    kind = "virtual machine" if m["virtual"] else "machine"
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    lines = [
        f"{results['date']}: {m['cores']} cores ({m['cpu']}, {kind}), {m['memory_gib']} GiB, Linux {m['kernel']}. {versions}.",
    ]
    works = results["works"].values()
    if works:
        parts = [f"`{name}` {w['rounds']} × {w['seconds']} s" for name, w in results["works"].items()]
        lines.append(f"Rounds: {', '.join(parts)}; each arm was warmed up for at least {o['warm_up']} s.")
        others = max(w["neighbours"]["others"] for w in works)
        steal = max(w["neighbours"]["steal"] for w in works)
        lines.append(
            f"Other processes took up to {others:.0%} of the machine meanwhile, the hypervisor {steal:.0%}"
            + (": **too much to trust small differences**." if others + steal > 0.1 else ".")
        )
    for arm, why in results["failures"].items():
        lines.append(f"\n**{LABELS.get(arm, arm)} FAILED** and has no figures below: {why.splitlines()[0]}")
    return "\n".join(lines) + "\n"


def bar_table(results):
    rows = []
    for bar in bars(results):
        if bar.seen is None:
            rows.append([bar.measure, bar.wanted, "not measured", "—"])
            continue
        seen = " / ".join(f"{v:.2f}" for v in bar.seen) + f" {bar.unit}"
        if bar.met is None:
            rows.append([bar.measure, bar.wanted, seen, "—"])
        else:
            rows.append([bar.measure, bar.wanted, seen, f"{VERDICTS[bar.verdict]} ({bar.distance:+.0%})"])
    return table(["measure", "bar", "measured, min / median / max", "median against the bar"], rows)


def section(results, work, rows):
    return f"**{TITLES[work]}**\n\n{rows(results, work)}"


def ratio_table(results, work):
    if work == "paced":
        return added_table(results)
    bases = BASES[work]
    metrics = (("cpu_us", "CPU per request"), ("rps", "requests/s"), ("p50", "p50"), ("p99", "p99"))
    head = ["arm"] + [f"{title}, × {LABELS[base]}" for _, title in metrics for base in bases]
    head += [f"memory, × {LABELS[base]}" for base in bases]
    rows = []
    for arm in WORKS[work]:
        if arm == "direct" or not rounds(results, work, arm):
            continue
        cells = ["1" if arm == base else shown(ratios(results, work, arm, base, metric)) for metric, _ in metrics for base in bases]
        rows.append([LABELS[arm], *cells, *(memory_ratio(results, work, arm, base) for base in bases)])
    return table(head, rows)


def memory_ratio(results, work, arm, base):
    a, b = resident(results, work, arm), resident(results, work, base)
    return f"{a / b:.2f}" if a and b else "—"


def added_table(results):
    rows = []
    for arm in WORKS["paced"]:
        if arm == "direct" or not rounds(results, "paced", arm):
            continue
        base = "envoy-pair" if arm.endswith("-pair") else "envoy"
        cells = [shown(a / 1000 for a in added(results, arm, p)) for p in ("p50", "p99")]
        cells.append(shown(ratios(results, "paced", arm, base, "cpu_us")))
        rows.append([LABELS[arm], *cells])
    return table(["arm", "added p50, ms", "added p99, ms", "CPU per request, × Envoy or its pair"], rows)


def absolute_table(results, work):
    rows = []
    for arm in WORKS[work]:
        if not rounds(results, work, arm):
            continue
        get = lambda metric, scale=1: [v * scale for v in values(results, work, arm, metric)]  # noqa: E731
        pss, rss = (resident(results, work, arm, kind) for kind in ("pss", "rss"))
        row = [LABELS[arm], "—" if arm == "direct" else shown(get("cpu_us"), 1)]
        row += [shown(get("rps", 1e-3), 1)] if work != "paced" else []
        row += [shown(get("p50", 1e-3)), shown(get("p99", 1e-3))]
        row += ["—" if arm == "direct" or not pss else f"{pss / 1e6:.0f} / {rss / 1e6:.0f}"]
        rows.append(row)
    rate = ["1000 requests/s"] if work != "paced" else []
    return table(["arm", "CPU µs/request", *rate, "p50 ms", "p99 ms", "PSS / RSS at the end, MB"], rows)


def cluster(results):
    c = results.get("cluster")
    if c is None:
        return "Not measured in this run.\n"
    if "error" in c:
        return "Not available: " + c["error"].splitlines()[0] + "\n"
    runs = c["runs"]
    steps = (("up", "`up` says ready"), ("ready", "both pods ready"), ("first_answer", "first answer"))
    rows = [[title, shown(r[key] for r in runs) + " s"] for key, title in steps]
    rows.append(["memory of everything (PSS)", shown((r["memory"]["pss"] / 1e6 for r in runs), 0) + " MB"])
    rows.append(["memory of everything (RSS)", shown((r["memory"]["rss"] / 1e6 for r in runs), 0) + " MB"])
    text = table(["after `up --detach` is typed, warm build", f"min / median / max of {len(runs)}"], rows)
    parts = [[name, f"{bytes_ / 1e6:.0f}"] for name, bytes_ in sorted(runs[-1]["parts"].items(), key=lambda p: -p[1])]
    return text + "\n" + table(["process (last run)", "PSS, MB"], parts)


def insert(text, begin, end, section):
    """The text with what stands between the two markers replaced."""
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no lines '{begin}' and '{end}' in the document")
    return f"{before}{begin}\n\n{section.strip()}\n\n{end}{after}"
