"""A throwaway CA and the certificates that the works need, made with openssl."""

import os
import subprocess


def make(directory):
    os.makedirs(directory)
    root = os.path.join(directory, "root")
    issue(root, "/O=bench root", ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
    leaf = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"]
    for name, san in (
        ("edge", "DNS:bench.example"),
        ("sleep", "URI:spiffe://cluster.local/ns/default/sa/sleep"),
        ("httpbin", "URI:spiffe://cluster.local/ns/default/sa/httpbin"),
    ):
        use = "extendedKeyUsage=serverAuth,clientAuth"
        issue(os.path.join(directory, name), f"/O=bench {name}", [*leaf, use, f"subjectAltName={san}"], root)
    with open(os.path.join(directory, "edge.pem"), "w") as pem:
        for part in ("edge.crt", "edge.key"):
            with open(os.path.join(directory, part)) as f:
                pem.write(f.read())


def issue(path, subject, extensions, issuer=None):
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-days", "2", "-subj", subject, "-keyout", path + ".key", "-out", path + ".crt"]
    for extension in extensions:
        command += ["-addext", extension]
    if issuer:
        command += ["-CA", issuer + ".crt", "-CAkey", issuer + ".key"]
    subprocess.run(command, check=True, capture_output=True)
