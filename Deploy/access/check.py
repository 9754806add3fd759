"""Holds Strimzi's users in Deploy/kubernetes/strimzi against what Deploy/acls prints and against a schema,
and shows that twins with faults are refused: for Deploy/test. Takes the vigil to ask.

    python3 Deploy/access/check.py .build/release/vigil [--write]
"""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import roles  # noqa: E402

USERS = HERE.parent / "kubernetes/strimzi/users.yaml"
CLUSTER = "hospital"
# An installation that has all there is.
SETTINGS = [
    "topics.urgent=radiology.study.urgent.v1", "topics.orders=radiology.study.order.v1",
    "topics.report=radiology.report.draft.v1", "topics.evidence=radiology.finding.evidence.v1",
    "report.templates=/etc/vigil/en.json", "evidence.findings=flagged",
    "context.topic=radiology.context.observation.v1", "context.weights=/etc/vigil/weights.json",
    "control.topic=vigil.control.v1", "control.keys=/etc/vigil/ops.pub",
    "quality.alarm-topic=vigil.quality.alarm.v1", "quality.alarm-keys=/etc/vigil/quality.pub",
    "topics.audit=vigil.audit.v1", "audit.key-file=/etc/vigil/audit.key"]
HEAD = f"""\
# Users of Kafka under Strimzi, one a role, each with what it needs and no more. Made by
# Deploy/access/check.py of Deploy/acls; change the cluster's name and the topics by its options.
"""


def told(vigil):
    """What Deploy/acls prints of all roles."""
    words = [word for setting in SETTINGS for word in ("--set", setting)]
    return HEAD + "".join(
        subprocess.run([HERE.parent / "acls", role, "--strimzi", CLUSTER, "--program", vigil, *words],
                       check=True, capture_output=True, text=True).stdout
        for role in roles.ROLES)


def twins(user):
    """Users with one fault each."""
    def twin(change):
        other = copy.deepcopy(user)
        change(other, other["spec"]["authorization"]["acls"])
        return other

    return [
        twin(lambda user, acls: user.update(apiVersion="kafka.strimzi.io/v0")),
        twin(lambda user, acls: user["metadata"].pop("labels")),
        twin(lambda user, acls: user["metadata"].update(name="Not_A_Name")),
        twin(lambda user, acls: user["spec"].pop("authorization")),
        twin(lambda user, acls: user["spec"]["authentication"].update(type="none")),
        twin(lambda user, acls: acls.clear()),
        twin(lambda user, acls: acls.append(acls[0])),
        twin(lambda user, acls: acls[0].update(operation="Read")),
        twin(lambda user, acls: acls[0]["operations"].append("All")),
        twin(lambda user, acls: acls[0]["resource"].update(type="cluster")),
        twin(lambda user, acls: acls[0]["resource"].update(name="*")),
        twin(lambda user, acls: acls[0]["resource"].update(patternType="prefixed"))]


def main():
    vigil, *rest = sys.argv[1:]
    text = told(vigil)
    if rest == ["--write"]:
        USERS.parent.mkdir(parents=True, exist_ok=True)
        USERS.write_text(text)
    failures = []
    if USERS.read_text() != text:
        failures.append(f"{USERS} is not what Deploy/acls prints")
    validator = jsonschema.Draft202012Validator(json.loads((HERE / "kafkauser.schema.json").read_text()))
    users = list(yaml.safe_load_all(text))
    if [user["metadata"]["name"] for user in users] != [f"vigil-{role}" for role in roles.ROLES]:
        failures.append("each role has one user")
    for user in users:
        if not validator.is_valid(user):
            failures.append(f"a user is not of the schema: {user['metadata']}")
        failures += ["a twin was taken that should be refused" for other in twins(user)
                     if validator.is_valid(other)]
    for failure in failures:
        print(f"access: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
