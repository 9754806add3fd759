"""An archive that answers WADO-RS by HTTPS, well and badly, for tests; python3 alone.

    pacs.py FOLDER CERTIFICATE KEY TOKEN

Two ports of 127.0.0.1, printed in a line each: the archive's, and one that nobody may ask. Every
request is printed: `asked PORT-NAME PATH STATUS`. What an instance's name begins with says how it
is answered."""

import http.server
import pathlib
import ssl
import sys
import threading
import time

FOLDER, CERTIFICATE, KEY, TOKEN = sys.argv[1:]
BOUNDARY = "b=ound ary"


def part(data, boundary=BOUNDARY):
    return (f"\r\n--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode() + data)


class Archive(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        data = (pathlib.Path(FOLDER) / "a.dcm").read_bytes()
        if self.server.name == "other":
            return self.answer(200, "application/dicom", data)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, "text/plain", b"no")
        if name.startswith("moved"):
            where = f"https://127.0.0.1:{self.server.other}/dicom-web/stolen"
            return self.answer(302, "text/plain", b"", [("Location", where)])
        if name.startswith("busy"):
            return self.answer(503, "text/plain", b"later")
        if name.startswith("page"):
            return self.answer(200, "text/html", b"<html>log in</html>")
        if name.startswith("plain"):
            return self.answer(200, "application/dicom", data)
        if name.startswith("slow"):
            time.sleep(30)
        several = f'multipart/related; type="application/dicom"; boundary="{BOUNDARY}"'
        end = f"\r\n--{BOUNDARY}--".encode()
        if name.startswith("two"):
            return self.answer(200, several, part(data) + part(data) + end)
        if name.startswith("none"):
            return self.answer(200, several, f"--{BOUNDARY}--".encode())
        if name.startswith("cut"):
            return self.answer(200, several, part(data)[:-1000])
        if name.startswith("unnamed"):
            return self.answer(200, "multipart/related", part(data) + end)
        if name.startswith("large"):
            return self.answer(200, several, part(bytes(3 << 20)) + end)
        return self.answer(200, several, part(data) + end)

    def answer(self, status, kind, body, headers=()):
        print("asked", self.server.name, self.path, status, flush=True)
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name, other=None):
        super().__init__(("127.0.0.1", 0), Archive)
        self.name, self.other = name, other
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False)
        print("port", name, self.server_address[1], flush=True)

    def handle_error(self, *_):
        # A client that turns away is what some tests are about.
        pass


other = Server("other")
threading.Thread(target=other.serve_forever, daemon=True).start()
Server("archive", other.server_address[1]).serve_forever()
