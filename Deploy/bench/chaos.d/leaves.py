"""Holds the audit log against what workers published, by the verifier of Deploy/audit and no code of
Vigil's: every record that a worker published of a study stands in one leaf, no leaf tells of another,
and the leaves of each slot are one line, whoever was killed at whatever moment."""

import collections
import hashlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "audit"))

import json  # noqa: E402

import verify  # noqa: E402

TOPIC = "chaos.audit"
SETTINGS = ["--set", f"topics.audit={TOPIC}"]


def header(headers, name):
    return any(key == name for key, _ in headers)


def published(records, energy):
    """Of each published record, topic and digest. Records of energy intervals belong to no study."""
    return collections.Counter(
        (topic, hashlib.sha256(value).hexdigest() if value is not None else None)
        for topic, headers, value, _, _ in records
        if topic != energy or header(headers, "ce_causationid"))


def judge(records, energy, keys):
    """Counts of what differs.

    records: all committed records of all topics that workers write to, as audit.read_all has them."""
    logs, notes, told = collections.defaultdict(list), collections.defaultdict(list), \
        collections.Counter()
    faults, starts = [], collections.Counter()
    for topic, _, value, _, _ in records:
        if topic != TOPIC:
            continue
        said = json.loads(value)
        if "note" in said:
            notes[said["tree"]].append(said["note"].encode())
            continue
        if said["index"] != len(logs[said["tree"]]):
            faults.append(f"{said['tree']}: leaf {said['index']} stands at {len(logs[said['tree']])}")
        logs[said["tree"]].append(value)
        if said["event"] == "start":
            starts[said["predecessor"]] += 1
        told.update((one["topic"], one.get("sha256")) for one in said.get("records", []))
    signed = 0
    for name, leaves in logs.items():
        checkpoints = []
        for note in notes[name]:
            try:
                checkpoints.append(verify.Checkpoint(note, keys))
            except verify.Broken as fault:
                faults.append(f"{name}: {fault}")
        edge = verify.Edge([one.size for one in checkpoints])
        for leaf in leaves:
            edge.append(verify.leaf_hash(leaf))
        for one in checkpoints:
            if edge.roots.get(one.size) != one.root or one.origin != name:
                faults.append(f"{name}: the checkpoint of {one.size} leaves is of another tree")
        signed += len(checkpoints)
    wanted = published([record for record in records if record[0] != TOPIC], energy)
    missing, strange = wanted - told, told - wanted
    return {
        "audit_logs": len(logs), "audit_leaves": sum(map(len, logs.values())),
        "audit_checkpoints": signed, "audit_records": sum(wanted.values()),
        "audit_missing": sum(missing.values()), "audit_strange": sum(strange.values()),
        "audit_faults": len(faults), "audit_starts": dict(starts),
        "audit_examples": faults[:5] + [str(one) for one in [*missing, *strange][:5]],
    }
