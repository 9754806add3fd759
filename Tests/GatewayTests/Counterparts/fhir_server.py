"""A FHIR R4 server for tests, strict about what the gateway rests on.

Transactions are carried out whole or not at all; conditional updates find one resource, make one,
or fail with 412; `ifMatch` must be the version; references by urn:uuid must lead to an entry of the
same bundle. It refuses what it does not know. Everything is held in memory.

    fhir_server.py [--fail P] [--cut P] [--delay SECONDS] [--seed N] [--tls CERT KEY] [--token TOKEN]

It prints the port. `--fail` answers so many requests with 503 before anything is done; `--cut`
carries so many transactions out and then closes the connection without an answer. GET /_dump gives
all resources with their versions; POST /_answer {"status": N, "count": K} has the next K requests
answered with N.
"""

import argparse
import copy
import json
import random
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import counterpart

BODY_MAX = 32 << 20
OBSERVED = {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
            "entered-in-error", "unknown"}
STATUSES = {
    "DiagnosticReport": OBSERVED | {"partial", "appended"},
    "Observation": OBSERVED,
    "Device": {"active", "inactive", "entered-in-error", "unknown"},
    "Provenance": {None},
}


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Store:
    def __init__(self):
        self.lock = threading.Lock()
        self.resources = {}  # (type, id) -> list of versions
        self.by_identifier = {}  # (type, system, value) -> set of ids
        self.transactions = 0

    def find(self, kind, system, value):
        return sorted(self.by_identifier.get((kind, system, value), ()))

    def newest(self, kind, name):
        versions = self.resources.get((kind, name))
        return versions[-1] if versions else None

    def transact(self, bundle):
        if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
            raise Refused(400, "no transaction")
        entries = bundle.get("entry") or []
        if not entries:
            raise Refused(400, "an empty transaction")
        targets, names = [], {}
        for entry in entries:
            kind, name = self.target(entry)
            if (kind, name) in targets:
                raise Refused(400, "two entries for one resource")
            targets.append((kind, name))
            full = entry.get("fullUrl")
            if full is not None:
                if full in names:
                    raise Refused(400, "two entries with one fullUrl")
                names[full] = f"{kind}/{name}"
        written = []
        for entry, (kind, name) in zip(entries, targets):
            resource = copy.deepcopy(entry["resource"])
            self.resolve(resource, names)
            if resource.get("status") not in STATUSES[kind]:
                raise Refused(422, f"{kind} has an unknown status")
            if "id" in resource and resource["id"] != name:
                raise Refused(400, "the id differs from the address")
            resource["id"] = name
            written.append((kind, name, resource))
        return {"resourceType": "Bundle", "type": "transaction-response",
                "entry": [self.write(*each) for each in written]}

    def write(self, kind, name, resource):
        versions = self.resources.setdefault((kind, name), [])
        meta = dict(resource.get("meta", {}))
        meta["versionId"] = str(len(versions) + 1)
        resource["meta"] = meta
        versions.append(resource)
        for identifier in resource.get("identifier", []):
            key = (kind, identifier.get("system"), identifier.get("value"))
            self.by_identifier.setdefault(key, set()).add(name)
        self.transactions += 1
        return {"response": {
            "status": "201 Created" if len(versions) == 1 else "200 OK",
            "location": f"{kind}/{name}/_history/{meta['versionId']}",
            "etag": f"W/\"{meta['versionId']}\"",
        }}

    def target(self, entry):
        request, resource = entry.get("request") or {}, entry.get("resource") or {}
        kind = resource.get("resourceType")
        if request.get("method") != "PUT" or kind not in STATUSES:
            raise Refused(400, "an entry that is not understood")
        url = urllib.parse.urlsplit(request.get("url", ""))
        if url.query:
            name = self.conditional(kind, url, resource)
        else:
            parts = url.path.split("/")
            if len(parts) != 2 or parts[0] != kind or not parts[1]:
                raise Refused(400, "an address that is not understood")
            name = parts[1]
        match = request.get("ifMatch")
        if match is not None:
            held = self.newest(kind, name)
            if held is None or match != f"W/\"{held['meta']['versionId']}\"":
                raise Refused(412, "another version")
        return kind, name

    def conditional(self, kind, url, resource):
        if url.path != kind:
            raise Refused(400, "another type in the address")
        query = urllib.parse.parse_qs(url.query, strict_parsing=True)
        if list(query) != ["identifier"] or "|" not in query["identifier"][0]:
            raise Refused(400, "a condition that is no identifier")
        system, value = query["identifier"][0].split("|", 1)
        own = [(i.get("system"), i.get("value")) for i in resource.get("identifier", [])]
        if (system, value) not in own:
            raise Refused(400, "the resource does not have the identifier of its condition")
        found = self.find(kind, system, value)
        if len(found) > 1:
            raise Refused(412, "several resources have that identifier")
        return found[0] if found else str(uuid.uuid4())

    def resolve(self, value, names):
        if isinstance(value, dict):
            reference = value.get("reference")
            if isinstance(reference, str) and reference.startswith("urn:"):
                if reference not in names:
                    raise Refused(400, "a reference leads nowhere")
                value["reference"] = names[reference]
            for part in value.values():
                self.resolve(part, names)
        elif isinstance(value, list):
            for part in value:
                self.resolve(part, names)

    def search(self, kind, query):
        system, value = query["identifier"][0].split("|", 1)
        reports = [self.newest(kind, name) for name in self.find(kind, system, value)]
        entries = [{"resource": r, "search": {"mode": "match"}} for r in reports]
        if query.get("_include") == ["DiagnosticReport:result"]:
            results = [r["reference"] for report in reports for r in report.get("result", [])]
            for reference in dict.fromkeys(results):
                held = self.newest(*reference.split("/"))
                entries.append({"resource": held, "search": {"mode": "include"}})
        return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, text, headers=()):
        issue = {"severity": "error", "code": "invalid", "diagnostics": text}
        self.answer(status, {"resourceType": "OperationOutcome", "issue": [issue]}, headers)

    def body(self):
        length = int(self.headers.get("Content-Length", "-1"))
        if not 0 <= length <= BODY_MAX:
            raise Refused(413, "the body's length")
        return self.rfile.read(length)

    def is_troubled(self):
        options = self.server.options
        time.sleep(random.random() * options.delay)
        with self.server.forced_lock:
            forced = self.server.forced.pop(0) if self.server.forced else None
        if forced:
            self.refuse(forced[0], "on demand", forced[1])
        elif options.token and self.headers.get("Authorization") != f"Bearer {options.token}":
            self.refuse(401, "no token")
        elif random.random() < options.fail:
            self.refuse(503, "by chance")
        else:
            return False
        return True

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        store = self.server.store
        if url.path == "/_dump":
            with store.lock:
                held = [
                    {"type": k, "id": n, "versions": v} for (k, n), v in store.resources.items()
                ]
            self.answer(200, {"resources": held})
            return
        if self.is_troubled():
            return
        kind = url.path.strip("/").split("/")[-1]
        query = urllib.parse.parse_qs(url.query)
        if kind != "DiagnosticReport" or "|" not in query.get("identifier", [""])[0]:
            self.refuse(400, "a search that is not understood")
            return
        with store.lock:
            found = store.search(kind, query)
        self.answer(200, found)

    def do_POST(self):
        try:
            body = self.body()
            if self.path == "/_answer":
                self.order(json.loads(body))
            elif not self.is_troubled():
                self.transact(body)
        except Refused as error:
            self.refuse(error.status, str(error))
        except (ValueError, KeyError, TypeError, AttributeError):
            self.refuse(400, "not understood")

    def order(self, order):
        headers = list(order.get("headers", {}).items())
        with self.server.forced_lock:
            self.server.forced += [(order["status"], headers)] * order.get("count", 1)
        self.answer(200, {})

    def transact(self, body):
        if self.headers.get("Content-Type", "").split(";")[0] != "application/fhir+json":
            raise Refused(415, "the body's type")
        store = self.server.store
        with store.lock:
            done = store.transact(json.loads(body))
        if random.random() < self.server.options.cut:
            self.close_connection = True
            self.connection.close()
            return
        self.answer(200, done)

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError):
            pass


def main():
    counterpart.end_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("--fail", type=float, default=0)
    parser.add_argument("--cut", type=float, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--token")
    parser.add_argument("--tls", nargs=2)
    options = parser.parse_args()
    random.seed(options.seed)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.options, server.store = options, Store()
    server.forced, server.forced_lock = [], threading.Lock()
    if options.tls:
        context = counterpart.tls(*options.tls)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
