"""Where data flows, as a threat model of pytm, and what may go wrong on each way (threats.json).

    python3 Deploy/security/threats.py            the ways, and the threats that were found on each
    python3 Deploy/security/threats.py --json     the same for programs

Needs PyPI `pytm` (Deploy/test installs it). Ends with 1 where a threat is of no way of the model, or
a way that crosses a border has no threat. That the tests exist which stand for each, TidyTests holds.
"""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

from measuring import Parser  # noqa: E402
from pytm import TM, Actor, Boundary, Classification, Data, Dataflow, Datastore  # noqa: E402
from pytm import ExternalEntity, Process, Server  # noqa: E402

THREATS = pathlib.Path(__file__).with_name("threats.json")


def build():
    """The model, and its ways by name."""
    TM.reset()
    model = TM(
        "Vigil", description="A worker that reads studies and publishes findings to Kafka, and "
        "a gateway that takes studies in and gives findings on.",
        threatsFile=str(THREATS))
    hospital = Boundary("the hospital's network")
    machine = Boundary("the worker's machine", inBoundary=hospital)
    gate = Boundary("the gateway's machine", inBoundary=hospital)
    viewing = Boundary("the page's machine", inBoundary=hospital)
    sandbox = Boundary("the decoder's sandbox", inBoundary=machine)
    host = Boundary("the generator's sandbox", inBoundary=machine)

    def piece(kind, name, place):
        return kind(name, inBoundary=place)

    sender = piece(ExternalEntity, "senders of events", hospital)
    labs = piece(ExternalEntity, "senders of results", hospital)
    kafka = piece(Datastore, "Kafka", hospital)
    storage = piece(Datastore, "storage of images", hospital)
    worker = piece(Process, "worker", machine)
    decoder = piece(Process, "decoder", sandbox)
    generator = piece(Process, "generator of drafts", host)
    files = piece(Datastore, "model, settings and keys", machine)
    pages = piece(Server, "pages of the worker", machine)
    worklist = piece(ExternalEntity, "worklist", hospital)
    collector = piece(ExternalEntity, "collector and feeds", hospital)
    operator = piece(Actor, "operator", machine)
    gateway = piece(Process, "gateway", gate)
    gateway_files = piece(Datastore, "the gateway's settings and keys", gate)
    modality = piece(ExternalEntity, "modalities and archives", hospital)
    counterpart = piece(ExternalEntity, "FHIR servers, interface engines, archives", hospital)
    page = piece(Server, "worklist page", viewing)
    reader = piece(Actor, "radiologist at a browser", hospital)
    leaving = piece(Process, "vigil deidentify", machine)
    receiver = ExternalEntity("who gets de-identified files")
    registry = ExternalEntity("registries of packages")

    secret, study = Classification.SENSITIVE, Classification.RESTRICTED
    ways = [
        ("events of studies", sender, kafka, study), ("results of patients", labs, kafka, study),
        ("records read", kafka, worker, study), ("files read", storage, worker, study),
        ("instances fetched", modality, worker, study),
        ("bytes to decode", worker, decoder, study), ("frames decoded", decoder, worker, study),
        ("a draft asked for", worker, generator, Classification.PUBLIC),
        ("a draft told", generator, worker, Classification.PUBLIC),
        ("outcomes", worker, kafka, study), ("findings read", kafka, worklist, study),
        ("model and keys read", files, worker, secret),
        ("settings and files written", operator, files, secret),
        ("probes and metrics", collector, pages, Classification.PUBLIC),
        ("spans, metrics and questions", worker, collector, Classification.PUBLIC),
        ("logs", worker, operator, Classification.PUBLIC),
        ("objects sent", modality, gateway, study), ("objects kept", gateway, storage, study),
        ("messages of HL7", labs, gateway, study), ("events of the gateway", gateway, kafka, study),
        ("records to give on", kafka, gateway, study), ("headers read", storage, gateway, study),
        ("reports given on", gateway, counterpart, study),
        ("answers to reports", counterpart, gateway, study),
        ("keys of the gateway read", gateway_files, gateway, secret),
        ("records to show", kafka, page, study), ("rows shown", page, reader, study),
        ("clicks", reader, page, study), ("clicks written", page, kafka, study),
        ("files to de-identify", storage, leaving, study),
        ("files that leave", leaving, receiver, Classification.PUBLIC),
        ("packages", registry, files, Classification.PUBLIC),
    ]
    for name, source, sink, rank in ways:
        Dataflow(source, sink, name, data=Data(name, classification=rank))
    return model, {name: source.inBoundary != sink.inBoundary for name, source, sink, _ in ways}


def main():
    parser = Parser(prog="threats", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one object for each way")
    options = parser.parse_args()
    model, ways = build()
    if not model.check():
        return 1
    model.resolve()
    found = {name: [] for name in ways}
    for finding in model.findings:
        found.setdefault(finding.element.name, []).append(finding.threat_id)
    told = {each["SID"]: each for each in json.loads(THREATS.read_text())}
    if options.json:
        print(json.dumps([
            {"way": way, "threats": [told[threat] for threat in threats]}
            for way, threats in found.items()]))
    else:
        for way, threats in found.items():
            print(way)
            for threat in threats:
                print(f"  {threat}  {told[threat]['description']}")
    nowhere = set(told) - {threat for threats in found.values() for threat in threats}
    bare = [way for way, crosses in ways.items() if crosses and not found[way]]
    for text in [*(f"{threat} is of no way" for threat in sorted(nowhere)),
                 *(f"no threat is told on: {way}" for way in bare)]:
        print(f"threats: {text}", file=sys.stderr)
    return 1 if nowhere or bare else 0


if __name__ == "__main__":
    sys.exit(main())
