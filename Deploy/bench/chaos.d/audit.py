"""Holds what workers published against what they were sent, as a stranger would see it.

It shares no code with Vigil: it reads the topics with `read_committed` from their first record to
their end, and counts outcomes by the id of the event that caused them.

    audit.py BOOTSTRAP FINDING_TOPIC ENERGY_TOPIC DEAD_LETTER_TOPIC < ids, one a line
"""

import collections
import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, TopicPartition

TEST_TAG = "test-message"


def read_all(bootstrap, topics, bound=120, extra=None):
    """Every committed record of the topics, as (topic, headers, value, partition, time)."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "chaos-audit", "enable.auto.commit": False,
        "isolation.level": "read_committed", "enable.partition.eof": True, **(extra or {})})
    try:
        places = []
        for topic in topics:
            partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
            places += [TopicPartition(topic, number, 0) for number in partitions]
        consumer.assign(places)
        left, records = {(place.topic, place.partition) for place in places}, []
        deadline = time.monotonic() + bound
        while left:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(left)} partitions not read to their end within {bound} s")
            for message in consumer.consume(1000, timeout=1):
                if message.error() is None:
                    records.append((
                        message.topic(), message.headers() or [], message.value(),
                        f"{message.topic()}-{message.partition()}",
                        message.timestamp()[1] / 1000))
                elif message.error().name() == "_PARTITION_EOF":
                    left.discard((message.topic(), message.partition()))
                elif not message.error().retriable():
                    raise KafkaException(message.error())
        return records
    finally:
        consumer.close()


def header(headers, name):
    """The text of the last header of a name."""
    found = [value for key, value in headers if key == name]
    return found[-1].decode() if found and found[-1] is not None else None


def lost_its_end(place, moment, dropped):
    """Whether a record stands where the broker has left out a transaction's marker after it. No
    transaction is open for a minute."""
    return any(place in places and when - 60 <= moment <= when for when, places in dropped)


def of_context(said):
    """Whether a finding was revised for what became known of its patient."""
    return said.get("revision", {}).get("closed_by") == "context"


RANKS = ["stat", "urgent", "asap", "routine"]


def is_below(priority, ordered):
    """Whether a priority is less urgent than what was ordered."""
    return RANKS.index(priority) > RANKS.index(ordered)


def is_quarantined(letter, findings, ordered):
    """Whether a killer's one letter says that it is quarantined, and its one record that its study
    is not assessed, at its order at least."""
    return (letter == ["quarantined"] and len(findings) == 1
            and findings[0]["assessment"] == "not_assessed"
            and [reason["code"] for reason in findings[0]["reasons"]] == ["quarantined"]
            and not is_below(findings[0]["effective_priority"], ordered))


def judge(sent, records, finding, energy, dead_letter, dropped=(), killers=None,
          ordered=None):
    """Counts of what differs from one outcome for each event.

    A killer (killers: events to their ordered priorities) is to have a dead letter and a record of
    a study that was not assessed; nothing else may be quarantined. No finding may say less than its
    event orders (ordered: events to priorities).

    Records of transactions whose markers the broker left out (`dropped`: times and partitions) are
    counted apart when an event has others besides."""
    findings, shares, letters = (collections.defaultdict(list) for _ in range(3))
    bounds, methods, endless = [0.0, 0.0], set(), collections.Counter()
    lowered, ordered = 0, ordered or {}
    killers, of_killers = killers or {}, collections.defaultdict(list)
    for topic, headers, value, place, moment in records:
        if topic == dead_letter:
            event = header(headers, TEST_TAG) or header(headers, "ce_id")
            error = header(headers, "vigil-error-code") or ""
            letters[event].append(error)
            endless[event] += lost_its_end(place, moment, dropped)
            continue
        cause = header(headers, "ce_causationid")
        if topic == finding and cause in killers:
            of_killers[cause].append(json.loads(value))
        elif topic == finding:
            endless[cause] += lost_its_end(place, moment, dropped)
            said = json.loads(value)
            lowered += cause in ordered and is_below(said["effective_priority"], ordered[cause])
            if of_context(said):
                # No outcome of its event, which has its own, but what was said of it once more.
                continue
            # A study that was given up for what it did to workers has none.
            charged = said["run"].get("energy", {})
            findings[cause].append(charged.get("energy_joules", 0.0))
        elif topic == energy and cause is not None:
            share = json.loads(value)
            shares[cause].append(share["energy_joules"])
            bounds[0] += share["low_joules"]
            bounds[1] += share["high_joules"]
            methods.add(share["method"])
    condemned = {event for event in sent if "quarantined" in letters[event]} - set(killers)
    for event in (event for event in condemned if 0.0 in findings[event]):
        # Its letter and its record of a study that was not assessed are one outcome, uncharged.
        findings[event].remove(0.0)
    outcomes = {event: len(findings[event]) + len(letters[event]) for event in sent}
    repeated = [event for event in sent if outcomes[event] > 1]
    excused = {event for event in repeated if outcomes[event] - endless[event] <= 1}
    strangers = (set(findings) | set(letters) | set(shares)) - set(sent)
    unpaired = [
        event for event in sent if sorted(findings[event]) != sorted(shares[event])]
    # The same numbers in the same order, so that equal means equal to the last bit.
    events = sorted(sent)
    return {
        "studies": len(sent), "findings": sum(map(len, findings.values())),
        "dead_letters": sum(map(len, letters.values())),
        "lost": sum(count == 0 for count in outcomes.values()),
        "repeated": len(repeated) - len(excused), "repeated_by_broker": len(excused),
        "markers_left_out": len(dropped),
        "lowered": lowered, "killers": len(killers),
        "not_quarantined": sum(not is_quarantined(letters[event], of_killers[event], ordered)
                               for event, ordered in killers.items()),
        "condemned_without_guilt": len(condemned),
        "strangers": len(strangers), "without_their_energy": len(unpaired),
        "joules_of_findings": sum(sum(findings[event]) for event in events),
        "joules_of_records": sum(sum(shares[event]) for event in events),
        "joules_low": bounds[0], "joules_high": bounds[1], "joules_methods": sorted(methods),
        "examples": [event for event in events
                     if outcomes[event] != 1 and event not in excused][:10] + unpaired[:5],
    }


def is_clean(verdict):
    """Whether no promise is broken."""
    return (verdict["joules_of_findings"] == verdict["joules_of_records"] and not any(
        verdict[name] for name in ("lost", "repeated", "strangers", "without_their_energy",
                                   "not_quarantined", "condemned_without_guilt", "lowered"))
            and not any(verdict.get(name) for name in (
                "audit_missing", "audit_strange", "audit_faults")))


def main():
    bootstrap, *topics = sys.argv[1:]
    sent = [line.strip() for line in sys.stdin if line.strip()]
    verdict = judge(sent, read_all(bootstrap, topics), *topics)
    print(json.dumps(verdict))
    sys.exit(0 if is_clean(verdict) else 1)


if __name__ == "__main__":
    main()
