"""Apache Kafka of one node or three, and what may be done to it."""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import time

from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient,
    ResourcePatternType, ResourceType)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from kafka import Kafka  # noqa: E402

ACLS = pathlib.Path(__file__).resolve().parents[2] / "acls"
# Who may log in, each with the name as password: one that may do all, the worker of these runs, and one
# a role of Deploy/acls.
USERS = ["node", "vigil", "worker", "source", "gateway", "reader", "page", "quality", "operator", "auditor"]

# Kafka 4.4.0 ends a transaction without its markers in partitions that have no leader when its
# coordinator starts, as all have whose only broker was killed: it takes them for deleted
# (TransactionMarkerChannelManager; KRaftMetadataCache.getPartitionLeaderEndpoint gives nothing then).
# What was written there shows as committed with the producer's next transaction, whatever its own
# end was. No client can see or prevent that, so it is told apart.
DROPPED = re.compile(
    r"^(\S+ \S+),\d+ .*Couldn't find leader endpoint for partitions \w*\((.*?)\) while trying to"
    r" send transaction markers", re.MULTILINE)
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
SECURED = [
    "listener.security.protocol.map=SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
    "sasl.enabled.mechanisms=PLAIN", "sasl.mechanism.inter.broker.protocol=PLAIN",
    f'listener.name.ssl.plain.sasl.jaas.config={PLAIN} username="node" password="node" '
    + " ".join(f'user_{user}="{user}"' for user in USERS) + ";",
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users=User:node;User:ANONYMOUS",
]


def rights_of(line):
    """What one command of kafka-acls gives, which is not among the jars of these tests."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tool", choices=["kafka-acls.sh"])
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", action="append", required=True)
    parser.add_argument("--resource-pattern-type", default="literal")
    for option in ("--topic", "--group", "--transactional-id"):
        parser.add_argument(option)
    told = parser.parse_args(shlex.split(line))
    (kind, name), = [(kind, name) for kind, name in [
        (ResourceType.TOPIC, told.topic), (ResourceType.GROUP, told.group),
        (ResourceType.TRANSACTIONAL_ID, told.transactional_id)] if name]
    return [AclBinding(kind, name, ResourcePatternType[told.resource_pattern_type.upper()],
                       told.allow_principal, "*", AclOperation[operation.upper()],
                       AclPermissionType.ALLOW) for operation in told.operation]


class Cluster(Kafka):
    """With TLS, clients log in with a password and may do only what they were given leave for."""

    def __init__(self, home, nodes, tls=False):
        self.command, self.nodes = str(home / "kafka"), nodes
        arguments = ["--nodes", str(nodes), "--set", "group.min.session.timeout.ms=1000",
                     "--set", "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000"]
        if tls:
            arguments += ["--tls", *(word for pair in SECURED for word in ("--set", pair))]
        super().__init__(self.command, *arguments)
        self.ca = self.said["ca"]
        self.dropped = []

    def security(self, user="node"):
        """librdkafka's properties for a user: `node` may do all, `vigil` what workers need."""
        if not self.ca:
            return {}
        return {"security.protocol": "sasl_ssl", "ssl.ca.location": self.ca,
                "sasl.mechanism": "PLAIN", "sasl.username": user, "sasl.password": user}

    def give_rights(self, role, user, vigil, words):
        """Lets a user do what Deploy/acls prints for a role under the settings of these words."""
        if not self.ca:
            return
        printed = subprocess.run(
            [ACLS, role, "--principal", user, "--program", vigil, *words], check=True,
            capture_output=True, text=True).stdout
        bindings = [binding for line in printed.splitlines() for binding in rights_of(line)]
        admin = AdminClient({"bootstrap.servers": self.bootstrap, **self.security()})
        for made in admin.create_acls(bindings).values():
            made.result(30)
        # The controller has them at once, the brokers' authorizers a moment later.
        every = AclBindingFilter(
            ResourceType.ANY, None, ResourcePatternType.ANY, f"User:{user}", None,
            AclOperation.ANY, AclPermissionType.ANY)
        deadline = time.monotonic() + 30
        while len(admin.describe_acls(every).result(30)) < len(bindings):
            if time.monotonic() > deadline:
                raise RuntimeError("the access lists did not reach the broker within 30 s")
            time.sleep(0.2)

    def note_dropped(self):
        """Notes which transaction markers the nodes that ran until now did not write, by their
        logs: the time and the partitions."""
        for log in self.data.glob("node-*.out"):
            for when, partitions in DROPPED.findall(log.read_text(errors="replace")):
                moment = time.mktime(time.strptime(when, "%Y-%m-%d %H:%M:%S")) + 1
                noted = (moment, frozenset(partitions.split(", ")))
                if noted not in self.dropped:
                    self.dropped.append(noted)

    def kill(self, node):
        subprocess.run([self.command, "kill", str(self.data), str(node)], check=True, timeout=60)

    def revive(self, node):
        subprocess.run(
            [self.command, "revive", str(self.data), str(node)], check=True, timeout=180,
            stdout=subprocess.DEVNULL)

    def crash(self, node, pause):
        self.kill(node)
        self.note_dropped()
        time.sleep(pause)
        self.revive(node)
