"""Has hl7apy and checks of ours judge ORU^R01 messages, and shows that broken ones are refused.

    judge_hl7.py FILE…       each file a message, or a line a JSON object with a member hl7

hl7apy knows the structure of 2.5.1; it misses what a value's type says, numbers of segments and
their order, which are checked here. Prints what was found; 1 is the exit code where anything is
amiss.
"""

import json
import re
import sys
import time

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)$")
STATUSES = {"P": "P", "C": "C", "W": "C", "X": "P"}


def library_errors(message):
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.parser import parse_message

    try:
        parsed = parse_message(message, validation_level=VALIDATION_LEVEL.STRICT,
                               find_groups=True)
        parsed.validate()
    except Exception as error:  # It has many classes of them.
        return [f"hl7apy: {type(error).__name__}: {error}"]
    return []


def own_errors(message):
    found = []
    lines = [line.split("|") for line in message.split("\r") if line]
    names = [line[0] for line in lines]
    if names[:3] != ["MSH", "PID", "OBR"] or names.count("MSH") != 1:
        found.append(f"the order of segments: {names[:4]}")
    if set(names[3:]) - {"OBX", "NTE"}:
        found.append("segments that do not belong there")
    header = lines[0]
    if len(header) < 18 or not header[9] or len(header[9]) > 20 or header[17] != "UNICODE UTF-8":
        found.append("MSH-10 or MSH-18")
    if not lines[1][3] if len(lines[1]) > 3 else True:
        found.append("PID-3 is empty")
    number = 0
    for line in lines[3:]:
        line += [""] * 12
        if line[0] != "OBX":
            continue
        number += 1
        kind, value, status = line[2], line[5], line[11]
        if line[1] != str(number):
            found.append(f"OBX {number} has the number {line[1]}")
        if not line[3] or not value:
            found.append(f"OBX {number} has no OBX-3 or no OBX-5")
        if kind not in ("NM", "ST", "CWE"):
            found.append(f"OBX {number} has the type '{kind}'")
        if kind == "NM" and not NUMBER.match(value):
            found.append(f"OBX {number} is of type NM and no number")
        if kind == "CWE" and len(value.split("^")) < 3:
            found.append(f"OBX {number} is of type CWE and has no code system")
        if status not in STATUSES:
            found.append(f"OBX {number} has the status '{status}'")
    if not number:
        found.append("no OBX")
    return found


def errors(message):
    return library_errors(message) + own_errors(message)


def broken(message):
    """Twins of a message, each broken in one way."""
    lines = message.split("\r")
    number = next(i for i, line in enumerate(lines) if line.startswith("OBX|") and "|NM|" in line)

    def field(index, at, text):
        parts = lines[index].split("|")
        parts[at] = text
        return "\r".join(lines[:index] + ["|".join(parts)] + lines[index + 1:])
    yield "NM that is no number", field(number, 5, "abc")
    yield "a number with an exponent", field(number, 5, "1e-05")
    yield "no OBX-2", field(number, 2, "")
    yield "no OBX-3", field(number, 3, "")
    yield "no OBX-11", field(number, 11, "")
    yield "a status that is none", field(number, 11, "Q")
    yield "a number twice", field(number, 1, "1")
    yield "no MSH-10", field(0, 9, "")
    yield "another version", field(0, 11, "9.9")
    yield "OBX before OBR", "\r".join(lines[:2] + [lines[number]] + lines[2:])
    yield "no PID-3", field(1, 3, "")
    yield "no OBR", "\r".join(line for line in lines if not line.startswith("OBR"))


def messages(paths):
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        if not text.startswith("{"):
            yield text.replace("\n", "\r")
            continue
        for line in text.splitlines():
            value = json.loads(line)
            yield (value.get("hl7") or value["message"]).replace("\n", "\r")


def main():
    began = time.monotonic()
    count, faults, whole = 0, 0, None
    for message in messages(sys.argv[1:]):
        count += 1
        if whole is None and "|NM|" in message:
            whole = message
        found = errors(message)
        faults += len(found)
        for error in found[:3]:
            print(f"message {count}: {error}")
    print(f"{count} messages, {faults} errors, {time.monotonic() - began:.1f} s")
    missed = 0
    for name, twin in broken(whole):
        found = errors(twin)
        missed += not found
        print(f"broken ({name}): {found[0] if found else 'refused by nobody'}")
    return 1 if faults or missed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
