"""Pure functions over the text that `jfr print` writes: samples by CPU time and allocations, counted by what they cost."""

import re
from collections import Counter

OWN = "io.hyaline."
UNITS = {"bytes": 1, "byte": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}

# What a sample is about, by the first frame from the top that says so.
COSTS = (
    ("system call: write to sockets", r"(unix\.(Socket|FileDescriptor)|epoll\.(Native|LinuxSocket))\.(write|send|sendmmsg)"),
    ("system call: read from sockets", r"(unix\.(Socket|FileDescriptor)|epoll\.(Native|LinuxSocket))\.(read|recv)"),
    ("system call: wait for events", r"epoll\.Native\.(epoll|eventFd|timerFd)|iouring\.Native\.ioUringEnter"),
    ("system call: connect, accept, close, options", r"(channel\.unix|channel\.epoll)\.\w+\.\w+$"),
    ("system call: write the access log", r"(nio\.ch\.\w*FileDispatcher\w*|FileOutputStream|RandomAccessFile)\.(p?write|writev)\w*$"),
    ("TLS (BoringSSL and its engine)", r"internal\.tcnative\.|handler\.ssl\."),
)

# Threads of the JVM itself, which the recorder does not sample: their time is known as a whole.
JVM_THREADS = (
    ("JIT compilers", r"^C[12] Compiler"),
    ("garbage collection", r"^(GC Thread|VM Thread|G1 |Z|Shenandoah)"),
    ("other threads of the JVM", r"^(VM Periodic|JFR |Monitor |Service |Signal |Common-|Notification|Attach |Sweeper|java$|main$)"),
)


class Sample:
    def __init__(self, thread, frames, failed):
        self.thread = thread
        self.frames = frames
        self.failed = failed

    @property
    def top(self):
        return self.frames[0] if self.frames else "(no Java stack)"

    @property
    def own(self):
        """The nearest frame of Hyaline's own code: what caused the cost."""
        return next((f for f in self.frames if f.startswith(OWN)), "(none of our own)")

    @property
    def cost(self):
        for name, pattern in COSTS:
            if re.search(pattern, self.top):
                return name
        for frame in self.frames:
            if frame.startswith(OWN):
                return "code called by " + frame.rpartition(".")[0].rpartition(".")[0]
            if re.search(COSTS[-1][1], frame):
                return COSTS[-1][0]
        return "Netty and the JDK on their own"


def frame(line):
    """`a.b.C.method(int) line: 3` becomes `a.b.C.method`."""
    return re.sub(r"\(.*", "", line.strip())


def events(lines):
    """Yields (type, {field: text}, [frames]) for each event."""
    kind, fields, frames, in_stack = None, {}, [], False
    for line in lines:
        text = line.strip()
        if kind is None:
            if text.endswith(" {"):
                kind, fields, frames = text[:-2], {}, []
        elif in_stack:
            if text == "]":
                in_stack = False
            elif text != "...":
                frames.append(frame(text))
        elif text == "stackTrace = [":
            in_stack = True
        elif text == "}":
            yield kind, fields, frames
            kind = None
        elif " = " in text:
            key, _, value = text.partition(" = ")
            fields[key] = value


def read(lines):
    """([Sample], Counter of allocated bytes by the nearest own frame, seconds of collection)."""
    samples, allocated, paused = [], Counter(), 0.0
    for kind, fields, frames in events(lines):
        if kind == "jdk.CPUTimeSample":
            thread = fields.get("eventThread", '"?"').split('"')[1]
            samples.append(Sample(thread, frames, fields.get("failed") == "true"))
        elif kind == "jdk.ObjectAllocationSample":
            own = Sample("", frames, False).own
            what = fields.get("objectClass", "?").split(" (")[0]
            allocated[f"{what} by {own.removeprefix(OWN)}"] += size(fields.get("weight", "0 bytes"))
        elif kind == "jdk.GarbageCollection":
            paused += seconds(fields.get("sumOfPauses", "0 ms"))
    return samples, allocated, paused


def size(text):
    number, _, unit = text.partition(" ")
    return float(number) * UNITS[unit]


def seconds(text):
    number, _, unit = text.partition(" ")
    return float(number) * {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}[unit]


def costs(found, threads):
    """[(cost, share of all CPU time)], largest first: what was sampled, and what the JVM's own threads took."""
    whole = sum(threads.values())
    own = Counter()
    for thread, ticks in threads.items():
        for name, pattern in JVM_THREADS:
            if re.search(pattern, thread):
                own[name] += ticks
                break
    sampled = (whole - sum(own.values())) / whole if whole else 0
    counted = Counter(s.cost for s in found)
    rows = [(cost, sampled * count / len(found)) for cost, count in counted.items()]
    rows += [(name, ticks / whole) for name, ticks in own.items()]
    return sorted(rows, key=lambda row: -row[1]), sampled


def shares(counter, total, most):
    """[(name, share)] of the largest."""
    return [(name, count / total) for name, count in counter.most_common(most)] if total else []
