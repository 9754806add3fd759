"""What each role needs to be let do in Kafka, and no more: the one place where that is said."""

import json
import subprocess

ROLES = ("worker", "source", "gateway", "reader", "page", "quality", "operator", "auditor")
# Where the worklist page writes what persons say of a finding, unless its file names another.
FEEDBACK = "radiology.finding.feedback.v1"
# Where `vigil quality` publishes alarms, unless its options name another.
ALARMS = "vigil.quality.alarm.v1"


class Right:
    """What may be done with a resource."""

    def __init__(self, kind, name, operations, is_prefix=False):
        self.kind, self.name, self.is_prefix = kind, name, is_prefix
        self.operations = operations


class Names:
    """Topics and group, as settings name them."""

    def __init__(self, settings):
        self.settings = settings
        self.group = settings["worker.group"]
        self.input = settings["topics.input"]
        self.dead = settings["topics.dead-letter"] or self.input + ".dlq"
        self.expired = settings["topics.expired"] or self.input + ".expired"
        self.findings = self.of("topics.finding", "topics.finding-v1")
        self.beside = self.of("topics.energy", "topics.report", "topics.evidence")

    def of(self, *keys):
        """The topics that these settings name; what is not set names none."""
        return [self.settings[key] for key in keys if self.settings.get(key)]


def settings(program, words):
    """The settings in force, as the program tells them, for the command line's own words."""
    told = subprocess.run([program, "config", "print", *words], capture_output=True, text=True)
    if told.returncode:
        raise ValueError(told.stderr.strip())
    found = {}
    for line in told.stdout.splitlines():
        name, _, rest = line.partition(": ")
        # What is hidden is no JSON, and names no topic.
        try:
            found[name], _ = json.JSONDecoder().raw_decode(rest)
        except ValueError:
            continue
    return found


def rights(role, names, principal):
    """The rights of a role."""
    return {"worker": worker, "source": source, "gateway": gateway, "reader": reader, "page": page,
            "quality": quality, "operator": operator, "auditor": auditor}[role](names, principal)


def topics(names, *operations):
    return [Right("topic", name, list(operations)) for name in names]


def worker(names, _):
    own = [names.input + ending for ending in (".deferred", ".placed")]
    lanes = [name + ".placed.urgent" for name in [names.input] if names.of("topics.urgent")]
    return [
        *topics([names.input, *names.of("topics.urgent", "topics.orders", "context.topic",
                                        "control.topic", "quality.alarm-topic")], "Read"),
        Right("topic", names.input + ".retry.", ["Read", "Write"], is_prefix=True),
        *topics([*own, *lanes], "Read", "Write"),
        *topics([*names.findings, *names.of("topics.worklist", "topics.audit")], "Read", "Write"),
        *topics([*names.beside, names.dead, names.expired], "Write"),
        Right("group", names.group, ["Read"]),
        Right("transactionalId", f"vigil-{names.group}-", ["Write"], is_prefix=True)]


def source(names, _):
    return topics([names.input, *names.of("topics.urgent")], "Write")


def gateway(names, principal):
    return [
        *topics([names.input, *names.of("topics.urgent", "topics.orders", "context.topic")], "Write"),
        *reader(names, principal)]


def reader(names, principal):
    return [
        *topics([*names.findings, *names.of("topics.report", "topics.evidence")], "Read"),
        Right("group", principal, ["Read"], is_prefix=True)]


def page(names, _):
    # It reads partitions and joins no group, whose coordinator its client looks for nevertheless.
    return [
        *topics(names.of("topics.finding", "topics.worklist", "topics.energy",
                         "quality.alarm-topic"), "Read"),
        Right("topic", FEEDBACK, ["Write", "Create"]), Right("group", "vigil-page", ["Describe"])]


def quality(names, _):
    # As a page, by the workers' group.
    return [
        *topics([*names.of("topics.finding"), FEEDBACK], "Read"),
        # What stands there is read, so that no alarm is published twice; and who clears one reads it.
        Right("topic", names.settings.get("quality.alarm-topic") or ALARMS,
              ["Read", "Write", "Create"]),
        Right("group", names.group, ["Describe"])]


def operator(names, _):
    return [
        # Commands go by the workers' group, and join it not.
        Right("group", names.group, ["Describe"]),
        *topics(names.of("control.topic"), "Read", "Write"),
        # A recall reads what stands, and is an event.
        *topics([names.dead, *names.findings], "Read"), *topics([names.input], "Write"),
        Right("group", names.group + ".dlq", ["Read"]),
        Right("transactionalId", f"vigil-{names.group}.dlq-desk", ["Write"])]


def auditor(names, _):
    return [
        *topics([*names.of("topics.audit", "control.topic"), *names.findings, *names.beside,
                 *names.of("topics.worklist")], "Read"),
        Right("group", names.group, ["Describe"])]
