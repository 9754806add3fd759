"""Calls a DICOM receiver in ways that are none.

    malformed.py PORT

It begins an association for each shape, sends what no peer should, and waits until the other side
closes. It prints a line of JSON: the shapes, each with `closed`, `refused` (an abort or a rejection
came first) or `open`, which nothing should be after 20 seconds.
"""

import json
import os
import socket
import struct
import sys
import threading
import time

PATIENCE = 20
CONTEXT = "1.2.840.10008.3.1.1.1"
IMPLICIT = "1.2.840.10008.1.2"
VERIFICATION = "1.2.840.10008.1.1"
CT = "1.2.840.10008.5.1.4.1.1.2"


def item(kind, value):
    return struct.pack(">BBH", kind, 0, len(value)) + value


def unit(kind, value, length=None):
    return struct.pack(">BBI", kind, 0, len(value) if length is None else length) + value


def request(user=b"", calling=b"MODALITY", contexts=((1, VERIFICATION), (3, CT))):
    body = struct.pack(">HH", 1, 0) + b"VIGIL".ljust(16) + calling.ljust(16) + bytes(32)
    body += item(0x10, CONTEXT.encode())
    for name, syntax in contexts:
        body += item(0x20, struct.pack(">BBBB", name, 0, 0, 0) + item(0x30, syntax.encode())
                     + item(0x40, IMPLICIT.encode()))
    return unit(1, body + (user or item(0x50, item(0x51, struct.pack(">I", 16384)))))


def value(context, control, data, length=None):
    return struct.pack(">IBB", len(data) + 2 if length is None else length, context, control) + data


def element(group, number, data):
    return struct.pack("<HHI", group, number, len(data)) + data


def command(elements):
    body = b"".join(element(0, number, data) for number, data in elements)
    return element(0, 0, struct.pack("<I", len(body))) + body


STORE = command([
    (0x0002, CT.encode() + b"\0"), (0x0100, struct.pack("<H", 1)),
    (0x0110, struct.pack("<H", 7)), (0x0700, struct.pack("<H", 0)),
    (0x0800, struct.pack("<H", 1)), (0x1000, b"1.2.3.4\0")])
DEEP = (b"\x00\x00\x01\x10\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * 250
CANARY = b"Canary^Jane" * 100
FLOOD = bytes(1 << 16)


def flood(count):
    return [FLOOD] * count


def slowly(data):
    return [("pause", data[index:index + 1]) for index in range(len(data))]


# Before there is an association.
FIRST = {
    "text": [b"GET / HTTP/1.1\r\nHost: " + CANARY + b"\r\n\r\n"],
    "noise": [os.urandom(65536)],
    "unknown unit": [unit(9, CANARY)],
    "an answer for a request": [unit(2, request()[6:])],
    "data first": [unit(4, value(1, 3, STORE))],
    "release first": [unit(5, bytes(4))],
    "huge request": [unit(1, b"", 0xFFFFFFFF), *flood(800)],
    "large request": [unit(1, b"", 64 << 20), *flood(800)],
    "cut request": [request()[:100]],
    "slow request": slowly(request()),
    "silence": [],
    "items beyond the request": [unit(1, request()[6:74] + struct.pack(">BBH", 0x10, 0, 65535))],
    "user items beyond": [request(user=item(0x50, struct.pack(">BBH", 0x51, 0, 65000)))],
    "user items empty": [request(user=item(0x50, item(0x52, b"") + item(0x54, b"\xff\xff")))],
    "no contexts": [request(contexts=())],
    "context twice": [request(contexts=((1, CT), (1, CT)))],
}
# In one that was accepted.
LATER = {
    "huge data": [unit(4, b"", 0xFFFFFFFF), *flood(800)],
    "data beyond the agreed": [unit(4, b"", 1 << 20), *flood(16)],
    "value beyond its unit": [unit(4, value(1, 3, b"", 0xFFFFFFFF))],
    "value of no length": [unit(4, value(1, 3, b"", 0))],
    "value of one byte": [unit(4, value(1, 3, b"", 1))],
    "no value": [unit(4, b"")],
    "cut value": [unit(4, b"\0\0")],
    "command without end": [unit(4, value(1, 1, bytes(1024)))] * 400,
    "deep command": [unit(4, value(1, 3, DEEP))],
    "broken command": [unit(4, value(1, 3, b"\0\0\0\1\xff\xff\xff\x7f" + CANARY))],
    "noise as command": [unit(4, value(1, 3, os.urandom(1000)))],
    "unknown context": [unit(4, value(99, 3, STORE))],
    "data without command": [unit(4, value(3, 2, CANARY))],
    "command in the place of data": [unit(4, value(3, 3, STORE)), unit(4, value(3, 3, STORE))],
    "odd data": [unit(4, value(3, 3, STORE)), unit(4, value(3, 2, b"abc"))],
    "cut object": [unit(4, value(3, 3, STORE)), unit(4, value(3, 0, CANARY + b"\0"))],
    "data in another context": [unit(4, value(3, 3, STORE)), unit(4, value(1, 2, b"ab"))],
    "second request": [request()],
    "unknown unit later": [unit(200, CANARY)],
    "half a unit": [unit(4, value(3, 3, STORE))[:20]],
}


def ending(connection):
    seen = b""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        connection.settimeout(max(0.1, end - time.monotonic()))
        try:
            piece = connection.recv(65536)
        except TimeoutError:
            break
        except OSError:
            return "closed"
        if not piece:
            return "refused" if seen[:1] in (b"\x03", b"\x07") else "closed"
        seen += piece
    return "open"


def call(port, pieces, isLater):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        if isLater:
            connection.sendall(request())
            if connection.recv(65536)[:1] != b"\x02":
                return "not accepted"
        try:
            for piece in pieces:
                if isinstance(piece, tuple):
                    time.sleep(0.05)
                    piece = piece[1]
                connection.sendall(piece)
        except OSError:
            return "closed"
        return ending(connection)


def main():
    port = int(sys.argv[1])
    ends = {}

    def take(name, pieces, is_later):
        try:
            ends[name] = call(port, pieces, is_later)
        except OSError as error:
            ends[name] = f"open: {type(error).__name__}"

    everything = [(name, pieces, False) for name, pieces in FIRST.items()]
    everything += [(name, pieces, True) for name, pieces in LATER.items()]
    # A few at a time, as the receiver serves.
    for start in range(0, len(everything), 4):
        threads = [threading.Thread(target=take, args=one) for one in everything[start:start + 4]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(json.dumps(ends))


if __name__ == "__main__":
    main()
