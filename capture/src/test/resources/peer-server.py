"""An application that answers every HTTP request with the address of its peer: peer-server.py ADDRESS PORT"""
import socket, sys, threading

address, port = sys.argv[1], int(sys.argv[2])
s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
if s.family == socket.AF_INET6:
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
s.bind((address, port))
s.listen(128)
print("ready", flush=True)


def answer(c, peer):
    try:
        c.recv(65536)
        c.sendall(("HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n%s %d" % (peer[0], peer[1])).encode())
        c.close()
    except OSError:
        pass


while True:
    c, peer = s.accept()
    threading.Thread(target=answer, args=(c, peer), daemon=True).start()
