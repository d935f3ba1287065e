"""A sidecar in a hundred lines: accepts what the rules bring, dials on as design says, prints one line per connection.

usage: stand-in-proxy.py REDIRECT|TPROXY [VIP:PORT=HOST:PORT] [same-port]
"""
import itertools, os, socket, struct, sys, threading

mode = sys.argv[1]
services = dict(a.split("=") for a in sys.argv[2:] if "=" in a)
same_port = "same-port" in sys.argv
IP_TRANSPARENT, IPV6_TRANSPARENT, IP_BIND_ADDRESS_NO_PORT, SO_ORIGINAL_DST = 19, 75, 24, 80
ports = itertools.cycle(range(20000, 30000))


def listener(family, address, port, transparent):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if transparent:
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
        else:
            s.setsockopt(socket.IPPROTO_IP, IP_TRANSPARENT, 1)
    s.bind((address, port))
    s.listen(128)
    return s


def original(s):
    raw = s.getsockopt(socket.IPPROTO_IP, SO_ORIGINAL_DST, 16)
    return socket.inet_ntoa(raw[4:8]), struct.unpack(">H", raw[2:4])[0]


def spoofed(family, peer):
    """Source address of the client, source port from outside every ephemeral range."""
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1337)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
    else:
        s.setsockopt(socket.IPPROTO_IP, IP_TRANSPARENT, 1)
    if same_port:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((peer[0], peer[1]))
        return s
    for port in itertools.islice(ports, 100):
        try:
            s.bind((peer[0], port))
            return s
        except OSError:
            pass
    raise OSError("no free port")


def passthrough(family, peer):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1338)
    s.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    s.bind(("127.0.0.6", 0))
    return s


def outward(family, peer):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1338)
    return s


def say(line):
    """One write, so that two threads' lines do not mix."""
    os.write(1, (line + "\n").encode())


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(direction, client, peer, target, make):
    upstream = None
    try:
        upstream = make(client.family, peer)
        upstream.settimeout(2)
        upstream.connect(target)
        upstream.settimeout(None)
        source = upstream.getsockname()
        say("%s peer %s port %d to %s from %s %d" % (direction, peer[0], peer[1], target[0], source[0], source[1]))
    except OSError as e:
        say("%s failed %s" % (direction, e))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        return
    back = threading.Thread(target=copy, args=(upstream, client), daemon=True)
    back.start()
    copy(client, upstream)
    back.join()
    client.close()
    upstream.close()


def run(direction, s, make):
    while True:
        client, peer = s.accept()
        if direction == "inbound" and mode == "TPROXY":
            target = client.getsockname()[:2]
        else:
            target = original(client)
        mapped = services.get("%s:%d" % target)
        if mapped:
            host, _, port = mapped.rpartition(":")
            target = (host, int(port))
        threading.Thread(target=serve, args=(direction, client, peer, target, make), daemon=True).start()


inbound = spoofed if mode == "TPROXY" else passthrough
sockets = [("inbound", listener(socket.AF_INET, "0.0.0.0", 15006, mode == "TPROXY"), inbound),
           ("outbound", listener(socket.AF_INET, "0.0.0.0", 15001, False), outward)]
if mode == "TPROXY":
    sockets.append(("inbound", listener(socket.AF_INET6, "::", 15006, True), inbound))
for one in sockets:
    threading.Thread(target=run, args=one, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
