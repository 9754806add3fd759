"""Prints a role's access lists: for Deploy/acls, which says how."""

import pathlib
import shlex
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

import roles  # noqa: E402
from measuring import EXIT_UNAVAILABLE, Parser  # noqa: E402

EXIT_SETTINGS = 78
OPTIONS = {"topic": "--topic", "group": "--group", "transactionalId": "--transactional-id"}


def commands(rights, principal, bootstrap, command_config):
    """Commands of Kafka's tool, one a right."""
    start = ["kafka-acls.sh", "--bootstrap-server", bootstrap]
    if command_config:
        start += ["--command-config", command_config]
    for right in rights:
        words = [*start, "--add", "--allow-principal", f"User:{principal}",
                 *(word for name in right.operations for word in ("--operation", name)),
                 OPTIONS[right.kind], right.name]
        if right.is_prefix:
            words += ["--resource-pattern-type", "prefixed"]
        yield shlex.join(words)


def user(rights, role, principal, cluster):
    """A KafkaUser of Strimzi, in YAML. Names of topics and groups are plain words there."""
    yield from [
        "---", f"# What the role {role} needs; made by Deploy/acls.",
        "apiVersion: kafka.strimzi.io/v1", "kind: KafkaUser", "metadata:", f"  name: {principal}",
        "  labels:", f"    strimzi.io/cluster: {cluster}", "spec:", "  authentication:",
        "    type: tls", "  authorization:", "    type: simple", "    acls:"]
    for right in rights:
        pattern = "prefix" if right.is_prefix else "literal"
        yield from [
            "      - resource:", f"          type: {right.kind}",
            f"          name: \"{right.name}\"", f"          patternType: {pattern}",
            f"        operations: [{', '.join(right.operations)}]"]


def parse():
    parser = Parser(prog="acls")
    parser.add_argument("--checkout", type=pathlib.Path, required=True)
    parser.add_argument("role", choices=roles.ROLES)
    parser.add_argument("--principal")
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--command-config")
    parser.add_argument("--strimzi", metavar="CLUSTER")
    parser.add_argument("--config")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--program")
    options = parser.parse_args()
    options.principal = options.principal or f"vigil-{options.role}"
    return options


def main():
    options = parse()
    built = options.checkout / ".build/release/vigil"
    program = options.program or (str(built) if built.is_file() else shutil.which("vigil"))
    if not program:
        print("acls: there is no vigil to ask for the settings: build it, or name one by --program",
              file=sys.stderr)
        return EXIT_UNAVAILABLE
    words = ["--config", options.config] if options.config else []
    words += [word for setting in options.set for word in ("--set", setting)]
    try:
        names = roles.Names(roles.settings(program, words))
    except ValueError as refusal:
        print(f"acls: {refusal}", file=sys.stderr)
        return EXIT_SETTINGS
    rights = roles.rights(options.role, names, options.principal)
    lines = (user(rights, options.role, options.principal, options.strimzi) if options.strimzi
             else commands(rights, options.principal, options.bootstrap, options.command_config))
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
