"""Looks at what an arm really does, before it is measured: the answer, the TLS version and cipher, the demand for a certificate."""

import http.client
import re
import socket
import ssl
import subprocess

from harness.process import Failed

WANTED_TLS = ("TLSv1.3", "TLS_AES_128_GCM_SHA256")
TLS_SAYS = (r"Protocol version: (\S+)", r"Ciphersuite: (\S+)")
SERVER_SIDECAR_PORT = 15006


def answers(address, body):
    """Whether the arm hands the origin's answer on."""
    connection = http.client.HTTPConnection(address, 8080, timeout=2)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == 200 and answer.read() == body.encode()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def require_same_tls(name, address, protocol, environment):
    """All arms must use the same version and cipher, or the comparison would be one of ciphers."""
    command = ["openssl", "s_client", "-connect", f"{address}:8443", "-servername", "bench.example", "-alpn", protocol, "-brief"]
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=10
        )
    except subprocess.TimeoutExpired as e:
        raise Failed(f"{name}: the TLS handshake on {address}:8443 did not end") from e
    said = done.stdout + done.stderr
    seen = tuple(m.group(1) if (m := re.search(p, said)) else "nothing" for p in TLS_SAYS)
    if seen != WANTED_TLS:
        raise Failed(f"{name} on {address}:8443 uses {' '.join(seen)}, not {' '.join(WANTED_TLS)} as the others:\n{said}")


def require_mutual_tls(name, address):
    """The server's sidecar of a pair must turn away who brings no certificate, and who speaks in plain."""
    request = f"GET / HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    for kind, connect in (("without a certificate", tls), ("in plain", plain)):
        try:
            with connect(address, SERVER_SIDECAR_PORT) as connection:
                connection.sendall(request)
                answer = connection.recv(4096)
        except OSError:
            answer = b""
        if b" 200 " in answer:
            raise Failed(f"the server's sidecar of {name} answers a client {kind}: it does not demand mutual TLS")


def listens(address, port):
    try:
        with plain(address, port):
            return True
    except OSError:
        return False


def plain(address, port):
    return socket.create_connection((address, port), timeout=3)


def tls(address, port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain(address, port), server_hostname="bench.example")
