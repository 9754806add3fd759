"""Findings as workers would have published them, made without any: what of it is random, is so by a
seed."""

import hashlib
import json
import random
import uuid

from confluent_kafka import Producer

# What a worker may have been set to; the first of each is the one that is recalled.
MODELS = [hashlib.sha256(f"model {n}".encode()).hexdigest() for n in range(4)]
ADAPTERS = [hashlib.sha256(f"adapter {n}".encode()).hexdigest() for n in range(3)]
POLICIES = [hashlib.sha256(f"policy {n}".encode()).hexdigest() for n in range(3)]
CALIBRATIONS = [hashlib.sha256(f"calibration {n}".encode()).hexdigest() for n in range(3)]
INPUTS = [hashlib.sha256(f"preprocessing {n}".encode()).hexdigest() for n in range(3)]
NOTHING = hashlib.sha256(b"made nothing").hexdigest()
BEGIN = 1_796_000_000


def moment(seconds):
    day, rest = divmod(seconds - BEGIN, 86_400)
    return f"2026-11-{1 + day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.000000Z"


def compact(body):
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def digest(body):
    """The digest over the part of a record that does not hang on when it was made."""
    rest = {name: value for name, value in body.items() if name not in ("record_digest", "run")}
    if "decision" in rest:
        rest["decision"] = {name: value for name, value in rest["decision"].items()
                            if name != "decided_at"}
    return hashlib.sha256(compact(rest)).hexdigest()


def model(chance):
    told = {"name": "made", "digest": chance.choice(MODELS), "family": "clip", "precision": "fp32"}
    chosen = chance.sample(ADAPTERS, chance.choice([0, 0, 1, 2]))
    if chosen:
        told["adapters"] = [{"name": "a", "kind": "lora", "digest": one} for one in chosen]
    return told


def result(chance, calibration):
    told = {"code": "pneumothorax", "label": "Pneumothorax", "threshold": 0.5,
            "probability": chance.randrange(0, 500) / 1000, "answer": "not_flagged"}
    if calibration:
        told |= {"calibrated_probability": 0.25,
                 "calibration": {"digest": calibration, "stratum": "pooled"}}
    return told


def head(chance, study, number, previous):
    body = {
        "finding_id": str(uuid.UUID(int=chance.getrandbits(128), version=5)),
        "assessment": "assessed", "study": {"uid": f"1.2.{study}", "pseudonym": f"{study:032x}"},
        "event": {"id": f"{study}-{number}", "source": "urn:made"},
        "ordered_priority": "routine", "event_priority": "routine",
        "effective_priority": chance.choice(["routine", "urgent", "stat"]),
        "worklist": {"known": False, "highest_order": "routine"}, "findings": [], "reasons": [],
        "instances": [], "decision": {}}
    place = {"topic": "in", "partition": 0, "offset": study}
    if number > 1 or chance.random() < 0.3:
        body["revision"] = {
            "number": number, "closed_by": "late" if number > 1 else "complete", "complete": True,
            "series": 1, "missing_required_series": 0, "parts": [place],
            "answers": [body["event"] | {"position": place}]}
        if previous:
            body["revision"]["previous_digest"] = previous
    return body


def finding(chance, study, number, previous):
    """A body of version 2, and when it was published."""
    body = head(chance, study, number, previous)
    at = BEGIN + 86_400 * number + chance.randrange(86_400)
    body["decision"]["decided_at"] = moment(at)
    kind = chance.random()
    if kind < 0.1:
        code = "withdrawn" if kind < 0.05 else "nothing_to_assess"
        body |= {"assessment": "not_assessed", "effective_priority": "routine",
                 "reasons": [{"code": code, "text": "Nothing is said."}]}
    else:
        calibration = chance.choice([None, *CALIBRATIONS])
        body["findings"] = [result(chance, calibration)]
        # The newest of the calibrations asked may be another than the one that answered.
        if calibration:
            body["decision"]["calibration"] = {"digest": chance.choice(CALIBRATIONS)}
        body["decision"]["policy"] = {"digest": chance.choice(POLICIES)}
        body |= {"validated": False, "intended_use": "Research only.", "model": model(chance),
                 "preprocessing_digest": chance.choice(INPUTS), "output_digest": "c" * 64,
                 "numeric_mode": "fast",
                 "instances": [{"pixel_digest": "d" * 64, "frames": 1}]}
    body["record_digest"] = digest(body)
    return body, at


def version_1(body, at):
    """What version 1 has of it."""
    if body["assessment"] != "assessed":
        return None
    told = {name: body[name] for name in (
        "finding_id", "study", "event", "ordered_priority", "effective_priority", "validated",
        "intended_use", "reasons", "model", "preprocessing_digest", "output_digest",
        "numeric_mode", "instances")}
    told["findings"] = [
        {"code": one["code"], "label": one["label"], "probability": one["probability"],
         "threshold": one["threshold"], "positive": False} for one in body["findings"]]
    told["policy_digest"] = body["decision"]["policy"]["digest"]
    if "revision" in body:
        told["revision"] = body["revision"]
    told["record_digest"] = digest(told)
    told["run"] = {"timeline": {"infer_end": moment(at), "published": moment(at)}}
    return told


def write(bootstrap, topics, studies, seed):
    """Writes all of it; gives how many records, those of aborted transactions left out."""
    chance = random.Random(seed)
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "made",
                         "linger.ms": 20})
    producer.init_transactions(60)
    rounds = [(study, number) for number in (1, 2, 3) for study in range(1, studies + 1)
              if number == 1 or study % (5 * number) == 0]
    written, previous = 0, {}
    for first in range(0, len(rounds), 500):
        is_aborted = chance.random() < 0.1
        producer.begin_transaction()
        count = 0
        for study, number in rounds[first:first + 500]:
            body, at = finding(chance, study, number, previous.get(study))
            way = chance.random()
            old = version_1(body, at)
            sent = ([] if way > 0.98 and old else [(topics[0], body)]) + (
                [(topics[1], old)] if old and way > 0.7 else [])
            for topic, value in sent:
                producer.produce(
                    topic, key=body["study"]["pseudonym"], value=compact(value),
                    headers={"ce_specversion": "1.0", "ce_time": moment(at)})
                producer.poll(0)
            count += len(sent)
            if not is_aborted:
                previous[study] = body["record_digest"]
        if is_aborted:
            producer.flush(60)
            producer.abort_transaction(60)
        else:
            producer.commit_transaction(60)
            written += count
    return written
