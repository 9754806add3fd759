"""Results that come before and after their studies while workers are killed, and what must become
of the studies: see Deploy/bench/chaos, the part context."""

import collections
import hashlib
import json
import time

from confluent_kafka import Consumer, Producer, TopicPartition

import audit

TOPIC = "chaos.context"
FINDING = "pneumothorax"
HIGH, LOW = 4.6, 0.6
# Patients whose results come now; each has a few studies.
PATIENTS = 40
# A worker keeps the newest 16 values of an item: of fewer, all that counts is known.
RESULTS_MAX, VERSIONS_MAX = 4, 4
STATUSES = ["preliminary", "final", "corrected"]


def weights(digest):
    """A site's file, by which a high lactate raises the first finding beyond doubt."""
    # The worker takes a file in the spelling of 'vigil tune --context' alone: 1.0, not 1.
    term = {"item": "lactate", "scale": "linear", "center": 1.0, "spread": 1.0, "weight": 12.0}
    gain = {"studies": 900, "positives": 200, "image": 0.75, "fused": 0.875, "low": 0.0625,
            "high": 0.125}
    fit = {"code": FINDING, "intercept": -0.25, "slope": 1.0, "terms": [term], "gain": gain}
    return json.dumps({"schema": "vigil.context/1", "site": "north", "model": digest,
                       "made_at": "2026-09-21T14:13:20.000000Z", "findings": [fit]},
                      sort_keys=True, separators=(",", ":")) + "\n"


class Results:
    """Sends results of patients, and knows what counts of them in the end.

    Its own reckoning of that: of two versions under an id the one issued later stands, what is
    taken back stays so, and of what stands the one measured last counts."""

    def __init__(self, scene, partitions):
        self.scene, self.random, self.partitions = scene, scene.random, partitions
        self.sent, self.patients, self.count = collections.Counter(), [], 0
        # By patient and id: how it was measured, and its versions as (issued, rank, value).
        self.known = collections.defaultdict(dict)
        self.retire()

    def retire(self):
        """Other patients from now on."""
        self.patients = [f"{self.random.getrandbits(128):032x}" for _ in range(PATIENTS)]

    def patient(self):
        self.count += 1
        if self.count % (PATIENTS * 6) == 0:
            self.retire()
        return self.random.choice(self.patients)

    def flow(self):
        """A few results more: new ones, later versions, and some that are taken back."""
        for _ in range(self.random.randint(0, 8)):
            patient = self.random.choice(self.patients)
            ids = self.known[patient]
            chance = self.random.random()
            if not ids or chance < 0.5 and len(ids) < RESULTS_MAX:
                name, now = f"r{len(ids)}", int(time.time())
                ids[name] = {"at": now - self.random.randint(1, 3000), "versions": [],
                             "gone": False}
                self.version(patient, name, "results")
            elif chance < 0.8:
                name = self.random.choice(list(ids))
                if len(ids[name]["versions"]) < VERSIONS_MAX:
                    self.version(patient, name, "corrections")
            else:
                self.take_back(patient, self.random.choice(list(ids)))

    def version(self, patient, name, kind):
        known = self.known[patient][name]
        value, rank = self.random.choice([HIGH, LOW]), self.random.randrange(3)
        # No two at one moment.
        issued = known["at"] + 60 + 10 * len(known["versions"])
        known["versions"].append((issued, rank, value))
        self.send(patient, name, {
            "codes": [{"system": "http://loinc.org", "code": "2524-7"}], "value": value,
            "unit": "mmol/L", "status": STATUSES[rank], "effective": stamp(known["at"]),
            "issued": stamp(issued)}, kind)

    def take_back(self, patient, name):
        self.known[patient][name]["gone"] = True
        self.send(patient, name, None, "tombstones")

    def send(self, patient, name, body, kind):
        self.sent[kind] += 1
        headers = {"ce_specversion": "1.0", "ce_id": f"{patient}-{name}-{self.sent.total()}",
                   "ce_source": "urn:test:lab", "ce_type": "org.vigil.context.observation.v1"}
        place = int(hashlib.sha256(patient.encode()).hexdigest(), 16) % self.partitions
        while True:
            try:
                return self.scene.producer.produce(
                    TOPIC, json.dumps(body) if body else None, f"{patient}/{name}", place,
                    headers=list(headers.items()))
            except BufferError:
                self.scene.producer.poll(0.1)

    def counts(self, patient):
        """The value that counts of a patient; None where nothing does."""
        standing = [(known["at"], hashlib.sha256(name.encode()).digest()[:8],
                     max(known["versions"])[2])
                    for name, known in self.known[patient].items() if not known["gone"]]
        return max(standing)[2] if standing else None


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def classes(said):
    """What a worklist goes by."""
    return ([finding["answer"] for finding in said["findings"]], said.get("ai_priority"),
            said["effective_priority"])


def bare(said):
    """The record without its number and previous digest, and where records stand; and without
    whether earlier orders were known, for which no stat study waits."""
    kept = {name: value for name, value in said.items()
            if name not in ("revision", "run", "record_digest", "worklist")}
    decision = {name: value for name, value in said["decision"].items()
                if name not in ("decided_at", "highest_order")}
    decision["context"] = [{name: value for name, value in one.items() if name != "position"}
                           for one in decision.get("context", [])]
    return kept | {"decision": decision}


def values(said):
    """Which values were used, by where they stand: a record names them so, and a corrected value
    has the item and the time of the one before."""
    decision = said["decision"]
    return decision.get("context", []), decision.get("context_state")


def chains(records, finding):
    """The findings of each event, in order."""
    found = collections.defaultdict(list)
    for topic, headers, value, _, _ in records:
        if topic == finding and value:
            found[audit.header(headers, "ce_causationid")].append(json.loads(value))
    return found


def judge(results, of_event, found, recounted):
    """Counts what differs from what is promised.

    of_event: the patient of each event. found and recounted: the findings of each event, as workers
    that were killed published them, and as one did that had all results from the beginning."""
    verdict = collections.Counter(
        dict.fromkeys(["revised", "revisions", "raised", "taken_back", "lost", "repeated",
                       "broken_links", "differ_from_recount", "not_recounted", "not_assessed",
                       "equal_in_full"], 0))
    examples = []
    for event, patient in of_event.items():
        chain = found.get(event, [])
        if not chain:
            continue
        verdict["revised"] += len(chain) > 1
        for before, after in zip(chain, chain[1:]):
            verdict["revisions"] += 1
            number = before.get("revision", {}).get("number", 1) + 1
            linked = (audit.of_context(after) and after["revision"]["number"] == number
                      and after["revision"]["previous_digest"] == before["record_digest"])
            verdict["broken_links"] += not linked
            verdict["repeated"] += classes(before) == classes(after)
            verdict["raised"] += is_flagged(after) and not is_flagged(before)
            verdict["taken_back"] += is_flagged(before) and not is_flagged(after)
        last = chain[-1]
        if last["assessment"] != "assessed":
            # Given up as a killer of workers: whether rightly is judged with all other letters.
            verdict["not_assessed"] += 1
            continue
        own = first(last)
        wanted = own["probability"] >= own["threshold"] or results.counts(patient) == HIGH
        if is_flagged(last) != wanted:
            verdict["lost"] += 1
            examples.append(event)
        again = recounted.get(event, [])
        if not again:
            verdict["not_recounted"] += 1
        elif classes(again[-1]) != classes(last) or (
                values(again[-1]) == values(last) and bare(again[-1]) != bare(last)):
            verdict["differ_from_recount"] += 1
            examples.append(event)
        else:
            verdict["equal_in_full"] += bare(again[-1]) == bare(last)
    return dict(verdict) | {"examples": examples[:10]}


def first(said):
    return next(finding for finding in said["findings"] if finding["code"] == FINDING)


def is_flagged(said):
    return any(finding["code"] == FINDING and finding["answer"] == "flagged"
               for finding in said["findings"])


BROKEN = ["lost", "repeated", "broken_links", "differ_from_recount", "not_recounted"]


def reader(scene, topic):
    """Reads a topic from its beginning."""
    consumer = Consumer({
        "bootstrap.servers": scene.bootstrap, "log_level": 0, "group.id": "chaos-late",
        "enable.auto.commit": False, "isolation.level": "read_committed", **scene.security})
    number = len(consumer.list_topics(topic, timeout=30).topics[topic].partitions)
    consumer.assign([TopicPartition(topic, one, 0) for one in range(number)])
    return consumer


def settle(scene, topic, quiet=5, bound=900):
    """Waits until nothing more is said."""
    watcher = reader(scene, topic)
    last = begun = time.monotonic()
    while time.monotonic() < last + quiet and time.monotonic() < begun + bound:
        if any(message.error() is None for message in watcher.consume(5000, timeout=0.5)):
            last = time.monotonic()
    watcher.close()


def copy(scene, source, target):
    """Puts the events of a topic into another, as they are and with their times."""
    consumer = reader(scene, source)
    producer = Producer({"bootstrap.servers": scene.bootstrap, "log_level": 0, **scene.security})
    quiet = time.monotonic() + 5
    while time.monotonic() < quiet:
        for message in consumer.consume(1000, timeout=0.5):
            if message.error() is None:
                quiet = time.monotonic() + 5
                producer.produce(
                    target, message.value(), message.key(), headers=message.headers(),
                    timestamp=message.timestamp()[1])
        producer.poll(0)
    consumer.close()
    producer.flush(60)
