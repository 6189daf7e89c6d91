#!/usr/bin/env python3
"""Runs a small HTTP proxy on a free port. Prints the port, and then a line for each request: method, target,
authorization.

The proxy tunnels CONNECT and forwards plain requests with an absolute address. It connects to this machine instead of
WeChat's own hosts and of 10.9.8.x. With a second argument `user:password`, it requires these credentials.
"""

import base64
import socket
import sys
import threading

WANTED = base64.b64encode(sys.argv[1].encode()).decode() if len(sys.argv) > 1 else None


def pump(source, target):
    """Copies bytes until the source ends."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(client):
    """Answers one connection."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = client.recv(65536)
        if not part:
            return
        head += part
    head, rest = head.split(b"\r\n\r\n", 1)
    method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
    given = [line[27:] for line in head.decode().split("\r\n") if line.lower().startswith("proxy-authorization: basic ")]
    print(method, target, "authorized" if WANTED and given == [WANTED] else "anonymous", flush=True)
    if WANTED and given != [WANTED]:
        client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return client.close()
    address = target if method == "CONNECT" else target.split("/")[2]
    host, port = address.rsplit(":", 1)
    if host.endswith(".weixin.qq.com") or host.startswith("10.9.8."):
        host = "127.0.0.1"
    server = socket.create_connection((host.strip("[]"), int(port)))
    if method == "CONNECT":
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        server.sendall(rest)
    else:
        server.sendall(head + b"\r\n\r\n" + rest)
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    pump(client, server)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
