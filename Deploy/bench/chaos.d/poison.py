"""Events that no worker survives, and events that are bad in other ways.

A killer names a file of its own; whoever opens it is killed at once, by one of several signals, as
the kernel kills for want of memory, or as a trap or a damaged pointer ends a process.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import threading

IN_OPEN = 0x20
SIGNALS = [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGBUS]


class Killers:
    """Watches the killers' files, and kills the workers that open them."""

    def __init__(self, scene, random):
        self.scene, self.random = scene, random
        # The study's ordered priority by the event's name.
        self.ordered, self.deaths = {}, {}
        self.library = ctypes.CDLL(None, use_errno=True)
        self.watch = self.library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.names = {}
        self.ended = threading.Event()
        threading.Thread(target=self._kill, daemon=True).start()

    def event(self, image, priority):
        """Sends an event that nobody survives."""
        number = len(self.ordered)
        path = os.path.join(self.scene.images, f"killer-{number}.dcm")
        shutil.copyfile(os.path.join(self.scene.images, image), path)
        place = self.library.inotify_add_watch(self.watch, os.fsencode(path), IN_OPEN)
        if place < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch", path)
        # More images than are read before the signal comes.
        rest = os.path.join(self.scene.images, image)
        body = json.dumps({
            "study": {"uid": f"1.2.826.0.1.3680043.8.498.9{number}"}, "priority": priority,
            "instances": [{"uri": "file://" + each} for each in [path] + [rest] * 60]})
        name = self.scene.send_body(body)
        self.ordered[name] = priority
        self.names[place] = name

    def _kill(self):
        while not self.ended.is_set():
            if not select.select([self.watch], [], [], 0.2)[0]:
                continue
            event = os.read(self.watch, 65536)
            name = self.names.get(int.from_bytes(event[:4], "little"))
            for worker in self.scene.workers:
                if worker.process.poll() is None:
                    worker.send(self.random.choice(SIGNALS))
                    if name is not None:
                        self.deaths[name] = self.deaths.get(name, 0) + 1

    def end(self):
        self.ended.set()


def bad_bodies(images, random):
    """Bodies of events that are bad in ways that kill nobody."""
    def event(uri, **more):
        return json.dumps({"study": {"uid": f"1.2.826.0.1.3680043.8.498.8{random.randint(0, 999)}"},
                           "priority": "urgent", "instances": [{"uri": uri}], **more})

    half = os.path.join(images, "half.dcm")
    whole = open(os.path.join(images, "SC_rgb.dcm"), "rb").read()
    with open(half, "wb") as file:
        file.write(whole[:len(whole) // 2])
    noise = os.path.join(images, "noise.dcm")
    with open(noise, "wb") as file:
        file.write(whole[:200] + random.randbytes(4000))
    return [
        "not JSON", "{", "[" * 5000, json.dumps({"study": 1}), "\U0001F600" * 10_000,
        json.dumps({"study": {"uid": "1.2"}, "priority": "soon", "instances": []}),
        event("file:///etc/shadow"), event("https://example.org/a.dcm"),
        event("file://" + images + "/../gone.dcm"), event("file://" + half),
        event("file://" + noise), event("file://" + images),
    ]
