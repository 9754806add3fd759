"""The comparing of `Deploy/bench/recall`."""

import argparse
import json
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "lib"))

from confluent_kafka import Consumer, KafkaException, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402

from kafka import Kafka, kafka_home  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser, built, positive  # noqa: E402
import made  # noqa: E402

TOPICS = ["recall.finding.v2", "recall.finding.v1"]


def parse():
    parser = Parser(prog="recall", description="See the head of Deploy/bench/recall.")
    add = parser.add_argument
    add("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    add("--studies", type=positive, default=50_000, help="studies with findings (50,000)")
    add("--seed", type=positive, default=1)
    add("--program", help="this vigil, and not the release build's")
    found = parser.parse_args()
    found.kafka = kafka_home(found.checkout)
    if not (found.kafka / "kafka").exists():
        print(f"recall: {found.kafka / 'kafka'} is not there", file=sys.stderr)
        sys.exit(EXIT_UNAVAILABLE)
    found.vigil = str(built("vigil", found))
    return found


def scan(bootstrap):
    """Of each key the newest committed record: by its offset within a partition; of the two topics by
    the time of its event, and version 2 where those are equal. And how many records there are."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "scan", "enable.auto.commit": False,
        "isolation.level": "read_committed", "enable.partition.eof": True})
    places = [TopicPartition(topic, number, 0) for topic in TOPICS
              for number in consumer.list_topics(topic, timeout=30).topics[topic].partitions]
    consumer.assign(places)
    left, newest, count = {(place.topic, place.partition) for place in places}, {}, 0
    deadline = time.monotonic() + 600
    while left and time.monotonic() < deadline:
        for message in consumer.consume(1000, timeout=1):
            if message.error() is None:
                count += 1
                newest[message.topic(), message.key()] = message
            elif message.error().name() == "_PARTITION_EOF":
                left.discard((message.topic(), message.partition()))
            elif not message.error().retriable():
                raise KafkaException(message.error())
    consumer.close()
    if left:
        raise TimeoutError("the topics were not read to their end")
    standing = {}
    for rank, topic in enumerate(reversed(TOPICS)):
        for (where, key), message in newest.items():
            if where == topic:
                order = (dict(message.headers())["ce_time"].decode(), rank)
                standing[key] = max(standing.get(key, (("", -1), None)), (order, message),
                                    key=lambda item: item[0])
    return [message for _, message in standing.values()], count


def fits(body, asked):
    if not body["findings"]:
        return False
    decision = body.get("decision", {})
    policy = body.get("policy_digest") or decision.get("policy", {}).get("digest")
    models = [body["model"]["digest"]] + [one["digest"] for one in body["model"].get("adapters", [])]
    calibrations = [decision.get("calibration", {}).get("digest")] + [
        one.get("calibration", {}).get("digest") for one in body["findings"]]
    decided = decision.get("decided_at") or body["run"]["timeline"]["infer_end"]
    return (asked.get("model", models[0]) in models
            and asked.get("calibration", calibrations[0]) in calibrations
            and asked.get("policy", policy) == policy
            and asked.get("preprocessing", body["preprocessing_digest"])
            == body["preprocessing_digest"]
            and asked.get("since", "") <= decided)


def wanted(standing, asked):
    """What the scan finds."""
    found = set()
    for message in standing:
        body = json.loads(message.value())
        if fits(body, asked):
            found.add((body["finding_id"], body["study"]["pseudonym"], made.digest(body),
                       message.topic(), message.partition(), message.offset()))
    return found


def listed(options, bootstrap, asked):
    """What the command lists, how many lines that is, and how long it takes."""
    begun = time.monotonic()
    run = subprocess.run(
        [options.vigil, "recall", "--bootstrap", bootstrap, "--json", "--timeout", "60",
         "--set", f"topics.finding={TOPICS[0]}", "--set", f"topics.finding-v1={TOPICS[1]}",
         *(word for name, value in asked.items() for word in (f"--{name}", value))],
        capture_output=True, text=True, timeout=600)
    if run.returncode:
        raise RuntimeError(f"vigil recall: {run.returncode}: {run.stderr[-400:]}")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {(one["finding_id"], one["study"], one["record_digest"], one["topic"],
             one["partition"], one["offset"]) for one in lines}, len(lines), time.monotonic() - begun


ASKED = [
    {"model": made.MODELS[0]}, {"model": made.ADAPTERS[0]}, {"calibration": made.CALIBRATIONS[0]},
    {"policy": made.POLICIES[0]}, {"preprocessing": made.INPUTS[0]},
    {"model": made.MODELS[0], "policy": made.POLICIES[0], "calibration": made.CALIBRATIONS[0]},
    {"model": made.MODELS[0], "since": "2026-11-03T12:00:00.000000Z"}, {"model": made.NOTHING}]


def main():
    options = parse()
    broker = Kafka(options.kafka / "kafka")
    try:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap})
        for made_topic in admin.create_topics(
                [NewTopic(topic, 6, 1, config={"cleanup.policy": "compact"}) for topic in TOPICS],
                operation_timeout=30).values():
            made_topic.result(60)
        written = made.write(broker.bootstrap, TOPICS, options.studies, options.seed)
        standing, count = scan(broker.bootstrap)
        result = {"studies": len(standing), "records_written": written, "records": count,
                  "lists": [], "equal": count == written}
        for asked in ASKED:
            want = wanted(standing, asked)
            got, lines, took = listed(options, broker.bootstrap, asked)
            is_equal = got == want and lines == len(want) and bool(want) != (
                asked.get("model") == made.NOTHING)
            result["equal"] = result["equal"] and is_equal
            result["lists"].append({"asked": sorted(asked), "scan": len(want), "listed": lines,
                                    "equal": is_equal, "seconds": round(took, 2)})
    finally:
        broker.stop()
    print(json.dumps(result))
    return 0 if result["equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
