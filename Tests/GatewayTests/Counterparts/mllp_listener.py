"""An interface engine for tests that behaves as badly as they do.

It takes HL7 messages over MLLP, writes each down, and acknowledges it, but for what it is told to
do wrong, each with a probability of its own:

    mllp_listener.py LOG [--cut P] [--lose P] [--stranger P] [--twice P] [--junk P] [--error P]
                         [--delay SECONDS] [--code CODE] [--flood] [--keep] [--seed N]
                         [--tls CERT KEY]

`cut` closes in the middle of a message; `lose` takes it and closes without an answer; `stranger`
first acknowledges another message, and for half of them nothing else; `twice` acknowledges twice;
`junk` sends bytes outside of any frame before; `error` answers AE; `flood` answers with bytes
without end. It prints the port, and writes a line of JSON a message to LOG: the id, a digest of the
message, what was answered and, with `keep`, the message.
"""

import argparse
import hashlib
import json
import random
import socket
import threading
import time

import counterpart


def framed(name, code, to):
    message = (f"MSH|^~\\&|ENGINE|SITE|VIGIL||20260101||ACK^R01|{name}|P|2.5.1\r"
               f"MSA|{code}|{to}\r")
    return b"\x0b" + message.encode() + b"\x1c\r"


class Listener:
    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.log = open(options.log, "a", encoding="utf-8")
        self.earlier = "NOBODY"

    def write(self, message, name, answer):
        line = {"id": name, "digest": hashlib.sha256(message).hexdigest(), "answer": answer}
        if self.options.keep:
            line["message"] = message.decode()
        with self.lock:
            self.log.write(json.dumps(line) + "\n")
            self.log.flush()

    def serve(self, connection):
        held = b""
        try:
            while True:
                piece = connection.recv(65536)
                if not piece or random.random() < self.options.cut:
                    return
                held += piece
                while b"\x1c\r" in held:
                    frame, held = held.split(b"\x1c\r", 1)
                    if not self.take(frame.lstrip(b"\x0b"), connection):
                        return
        except OSError:
            pass
        finally:
            connection.close()

    def take(self, message, connection):
        options = self.options
        name = message.split(b"\r")[0].decode().split("|")[9]
        time.sleep(random.random() * options.delay)
        while options.flood:
            connection.sendall(b"\x0b" + b"x" * 65536)
        if random.random() < options.lose:
            self.write(message, name, "none")
            return False
        if random.random() < options.junk:
            connection.sendall(b"\r\nready\r\nMSH|^~\\&|not framed\r" + bytes([0x1c]))
        if random.random() < options.stranger:
            connection.sendall(framed("S", "AA", self.earlier))
            if random.random() < 0.5:
                self.write(message, name, "stranger")
                return True
        self.earlier = name
        code = "AE" if random.random() < options.error else options.code
        # Written down before it is sent: what was acknowledged is known here in any case.
        self.write(message, name, code)
        answer = framed("A", code, name)
        connection.sendall(answer * (2 if random.random() < options.twice else 1))
        return True


def main():
    counterpart.end_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    for name in ("cut", "lose", "stranger", "twice", "junk", "error", "delay"):
        parser.add_argument(f"--{name}", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--code", default="AA")
    parser.add_argument("--flood", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()
    random.seed(options.seed)
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    listener = Listener(options)
    context = counterpart.tls(*options.tls) if options.tls else None
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        if context:
            try:
                connection = context.wrap_socket(connection, server_side=True)
            except OSError:
                continue
        threading.Thread(target=listener.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
