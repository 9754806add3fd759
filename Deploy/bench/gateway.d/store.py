"""How fast a role dicom-listen takes objects in, each on disk before its success, and what memory that
takes.

    store.py GATEWAY VIGIL BROKER INSTANCES SENDERS

A CT slice of 512 KB is sent INSTANCES times by SENDERS processes of storescu at once, each time with
a SOP Instance UID of its own. Beside the rate it writes what the disk gives one writer that brings a
file and its folder to disk each time, which bounds one sender. Exit code 1: not all came, or memory
grew by more than 64 MiB after the first tenth.
"""

import hashlib
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time


def element(group, number, kind, value):
    if len(value) % 2:
        value += b"\0" if kind == "UI" else b" "
    head = struct.pack("<HH", group, number) + kind.encode()
    if kind in ("OB", "OW"):
        return head + bytes(2) + struct.pack("<I", len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def short(group, number, value):
    return element(group, number, "US", struct.pack("<H", value))


def ct_slice():
    """A file of 512 x 512 x 16 bits."""
    kind, name = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.826.0.1.3680043.8.498.78"
    meta = (element(2, 1, "OB", b"\0\1") + element(2, 2, "UI", kind)
            + element(2, 3, "UI", name + b".1") + element(2, 0x10, "UI", b"1.2.840.10008.1.2.1")
            + element(2, 0x12, "UI", name))
    data = (element(8, 0x16, "UI", kind) + element(8, 0x18, "UI", name + b".1")
            + element(8, 0x60, "CS", b"CT") + element(0x10, 0x10, "PN", b"Bench^Store")
            + element(0x10, 0x20, "LO", b"BENCH") + element(0x20, 0xD, "UI", name)
            + element(0x20, 0xE, "UI", name + b".2") + short(0x28, 2, 1)
            + element(0x28, 4, "CS", b"MONOCHROME2") + short(0x28, 0x10, 512)
            + short(0x28, 0x11, 512) + short(0x28, 0x100, 16) + short(0x28, 0x101, 16)
            + short(0x28, 0x102, 15) + short(0x28, 0x103, 0)
            + element(0x7FE0, 0x10, "OW", hashlib.shake_128(b"slice").digest(512 * 512 * 2)))
    return bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + data


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def disk_alone(folder, data, seconds=5):
    """Files a second of one writer that brings each to disk, and its folder."""
    place = folder / "disk"
    place.mkdir()
    handle = os.open(place, os.O_RDONLY)
    count, begun = 0, time.monotonic()
    while time.monotonic() - begun < seconds:
        with open(place / "draft", "wb") as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
        os.rename(place / "draft", place / str(count))
        os.fsync(handle)
        count += 1
    os.close(handle)
    shutil.rmtree(place)
    return count / seconds


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def wait(look, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if look():
            return
        time.sleep(0.1)
    raise SystemExit("store: it did not start in time")


def answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def configuration(folder, broker, port):
    with open(os.open(folder / "key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as key:
        key.write(os.urandom(32))
    (folder / "gateway.yaml").write_text(f"""
kafka: {{bootstrap.servers: '127.0.0.1:{broker}'}}
studies: {{roots: ['{folder}/objects'], pseudonym-key-file: '{folder}/key'}}
roles:
  - name: bench
    kind: dicom-listen
    endpoint: dicom://127.0.0.1:{port}/VIGIL
    calling-titles: [BENCH]
    folder: '{folder}/objects'
    quiet-seconds: 600
    priority: routine
""")
    return folder / "gateway.yaml"


def send(port, film, instances, senders):
    """The seconds that it took, and how many of the senders failed."""
    begun = time.monotonic()
    each = instances // senders
    running = [subprocess.Popen(
        ["storescu", "-q", "-aet", "BENCH", "-aec", "VIGIL", "+II", "--repeat", str(each),
         "127.0.0.1", str(port), film], env={**os.environ, "TCP_NODELAY": "1"})
        for _ in range(senders)]
    failed = sum(one.wait() != 0 for one in running)
    return time.monotonic() - begun, failed, each * senders


def measure(folder, gateway, port, instances, senders):
    film = folder / "slice.dcm"
    film.write_bytes(ct_slice())
    samples, over = [], threading.Event()

    def watch():
        while not over.wait(0.2):
            samples.append(resident(gateway.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds, failed, sent = send(port, str(film), instances, senders)
    over.set()
    watcher.join()
    kept = len(list((folder / "objects").glob("*/*.dcm")))
    first = max(samples[:max(1, len(samples) // 10)])
    print(f"{kept} of {sent} objects of 512 KB by {senders} senders in {seconds:.1f} s: "
          f"{kept / seconds:.0f} a second; memory {first:.0f} MiB after a tenth, "
          f"{max(samples):.0f} MiB at most")
    return 1 if failed or kept != sent or max(samples) - first > 64 else 0


def main():
    gateway, vigil, broker = sys.argv[1:4]
    instances, senders = map(int, sys.argv[4:6])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vigil-store-", dir=os.environ.get("TMPDIR")))
    running, code = [], 1
    try:
        print(f"the disk alone, one writer: {disk_alone(folder, ct_slice()):.0f} a second")
        kafka, port = free_port(), free_port()
        (folder / "broker").mkdir()
        running.append(subprocess.Popen(
            [broker, "start", "--only", "kafka", "--kafka-port", str(kafka), "--data-dir",
             folder / "broker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait(lambda: answers(kafka), 30)
        subprocess.run([vigil, "topics", "create", "--bootstrap", f"127.0.0.1:{kafka}"], check=True,
                       stdout=subprocess.DEVNULL)
        running.append(subprocess.Popen(
            [gateway, "run", "--config", str(configuration(folder, kafka, port))],
            stdout=subprocess.DEVNULL))
        wait(lambda: answers(port), 30)
        code = measure(folder, running[-1], port, instances, senders)
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
