"""Checks the manifests below this folder, and that what checks them refuses broken ones.

    check.py VIGIL [--nodes N]

Renders both overlays with kubectl. Kubernetes' own kinds are held against its schemas
(kubernetes-validate, strict), those of KEDA and Strimzi against their definitions in schemas, where no
further member is let pass; checkov judges all of them. Settings are given to VIGIL (the program), the
query that scales to promtool with series whose answer is known. Topics are made as the manifests say on
an Apache Kafka of N nodes (1; VIGIL_KAFKA_HOME, else ../shared/kafka), and `vigil topics create` must
find all of them, none more, and no difference; without a Kafka that is left out, and said.

Exit codes: 0 all as it should be, 1 not, 69 a program is missing.
"""

import argparse
import copy
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import jsonschema
import kubernetes_validate
import yaml
from confluent_kafka.admin import (
    AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType)

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))

from kafka import Kafka  # noqa: E402

BIN = pathlib.Path(sys.executable).parent
KUBERNETES = "1.37"
DEFINITIONS = ["keda/scaledobject", "keda/triggerauthentication", "strimzi/kafkatopic"]


class Refused(Exception):
    """Something does not pass, and why."""


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise Refused(f"{command[0]}: {(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


def overlays():
    """All overlays but Strimzi's users, which have checks of their own, by name."""
    return {folder.name: [*yaml.safe_load_all(run(BIN / "kubectl", "kustomize", folder))]
            for folder in sorted((HERE / "overlays").iterdir()) if folder.is_dir()}


def of_kind(objects, kind, name=None):
    found = [each for each in objects
             if each["kind"] == kind and name in (None, each["metadata"]["name"])]
    if not found:
        raise Refused(f"there is no {kind} {name or ''}")
    return found


# What a site's own definitions say.

def closed(schema):
    """The schema with no member let pass that it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: closed(value) for key, value in schema.items()}
    if isinstance(out.get("properties"), dict) and "additionalProperties" not in out:
        if not out.get("x-kubernetes-preserve-unknown-fields"):
            out["additionalProperties"] = False
    return out


@functools.cache
def definitions():
    """A validator for each kind of KEDA and Strimzi, by version and kind."""
    out = {}
    for name in DEFINITIONS:
        definition = json.loads((HERE / "schemas" / f"{name}.json").read_text())["spec"]
        for version in definition["versions"]:
            key = f"{definition['group']}/{version['name']}", definition["names"]["kind"]
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            out[key] = jsonschema.Draft202012Validator(schema)
    return out


def check_schema(each):
    key = each["apiVersion"], each["kind"]
    if key in definitions():
        for error in definitions()[key].iter_errors(each):
            raise Refused(f"{each['kind']} {each['metadata']['name']}: {error.json_path}: {error.message}")
        return
    try:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        raise Refused(f"{each['kind']}: {error}") from error


def schemas(sets):
    for objects in sets.values():
        for each in objects:
            check_schema(each)


# What belongs together.

def worker_of(objects):
    [pod] = [of_kind(objects, "StatefulSet", "vigil-worker")[0]["spec"]["template"]["spec"]]
    return pod["containers"][0]


def settings_of(objects, name="vigil-settings"):
    # Kustomize puts a digest of what is in it behind the name.
    [found] = [each for each in of_kind(objects, "ConfigMap")
               if each["metadata"]["name"].rpartition("-")[0] == name]
    [text] = found["data"].values()
    return text


def same(what, one, other):
    if one != other:
        raise Refused(f"{what}: {one} and {other}")


def belongings(objects):
    """Ports, names and numbers that stand in several places are the same."""
    settings, worker = yaml.safe_load(settings_of(objects)), worker_of(objects)
    ports = {port["name"]: port["containerPort"] for port in worker["ports"]}
    same("the worker's port", ports["http"], settings["http"]["port"])
    for probe, path in (("startup", "/startup"), ("liveness", "/live"), ("readiness", "/ready")):
        same(f"{probe}Probe", worker[f"{probe}Probe"]["httpGet"], {"path": path, "port": "http"})
    named = {each["name"]: each for each in worker["env"]}
    same("the slot's name", named["VIGIL_WORKER__INSTANCE"].get("valueFrom"),
         {"fieldRef": {"fieldPath": "metadata.name"}})
    labels = of_kind(objects, "StatefulSet")[0]["spec"]["template"]["metadata"]["labels"]
    for policy in of_kind(objects, "NetworkPolicy", "vigil-worker"):
        same("whom the network is closed to", policy["spec"]["podSelector"]["matchLabels"], labels)
        same("the ways that are closed", policy["spec"]["policyTypes"], ["Ingress", "Egress"])
    if "ScaledObject" not in {each["kind"] for each in objects}:
        return
    scaled = of_kind(objects, "ScaledObject")[0]["spec"]
    of_kind(objects, scaled["scaleTargetRef"]["kind"], scaled["scaleTargetRef"]["name"])
    waking = next(each["metadata"] for each in scaled["triggers"] if each["type"] == "kafka")
    same("the group", waking["consumerGroup"], settings["worker"]["group"])
    topic = of_kind(objects, "KafkaTopic", waking["topic"])[0]["spec"]
    same("workers and partitions", scaled["maxReplicaCount"], topic["partitions"])
    same("partitions", settings["topics"]["partitions"], topic["partitions"])


def settings(objects, vigil, folder):
    """The program reads the settings and every variable of the pod."""
    file = folder / "vigil.yaml"
    file.write_text(settings_of(objects))
    variables = {each["name"]: each.get("value", "vigil-worker-0") for each in worker_of(objects)["env"]}
    run(vigil, "config", "print", "--config", file, env={"PATH": os.environ["PATH"], **variables})


# The page.

def page_of(objects):
    return of_kind(objects, "Deployment", "vigil-page")[0]["spec"]["template"]


def page(objects, program, folder):
    """Ports and names agree, and the program answers by the settings: without the certificates, which
    are the cluster's, and with a token of this check's."""
    settings, pod = yaml.safe_load(settings_of(objects, "vigil-page")), page_of(objects)
    [container] = pod["spec"]["containers"]
    [port] = container["ports"]
    same("the page's port", port["containerPort"], settings["http"]["port"])
    probe = container["readinessProbe"]["httpGet"]
    same("the name that the probe asks for", probe["httpHeaders"],
         [{"name": "Host", "value": f"localhost:{port['containerPort']}"}])
    for policy in of_kind(objects, "NetworkPolicy", "vigil-page"):
        same("whom the network is closed to", policy["spec"]["podSelector"]["matchLabels"],
             pod["metadata"]["labels"])
        [way] = policy["spec"]["ingress"]
        same("the port that is reached", way["ports"], [{"protocol": "TCP", "port": port["containerPort"]}])
    token = folder / "page.token"
    token.touch(mode=0o600)
    token.write_text("0123456789abcdef" * 4)
    settings["kafka"] = {"bootstrap.servers": "127.0.0.1:9"}
    settings["http"].update({"port": 0, "address": "127.0.0.1", "token-file": str(token)})
    file = folder / "page.yaml"
    file.write_text(yaml.safe_dump(settings))
    running = subprocess.Popen([program, "run", "--config", file], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        if '"page_ready"' not in running.stdout.readline():
            raise Refused(f"vigil-page: {running.stderr.read()}")
    finally:
        running.terminate()
        running.communicate(timeout=60)


def refuse_pages(objects, program, folder):
    def twin(change):
        return lambda: page(changed(objects, change), program, folder)

    def misspelt(twin):
        [found] = [each for each in of_kind(twin, "ConfigMap") if "vigil-page-" in each["metadata"]["name"]]
        found["data"] = {name: text.replace("hosts:", "host:") for name, text in found["data"].items()}

    refuses("a misspelt setting of the page", twin(misspelt))
    refuses("a probe by a name that is not the page's", twin(
        lambda each: page_of(each)["spec"]["containers"][0]["readinessProbe"]["httpGet"].pop("httpHeaders")
        and page_of(each)["spec"]["containers"][0]["readinessProbe"]["httpGet"].update(httpHeaders=[])))
    refuses("a network policy of other pods than the page's", twin(
        lambda each: of_kind(each, "NetworkPolicy", "vigil-page")[0]["spec"]["podSelector"]
        .update(matchLabels={"app": "page"})))


# What scales.

def query_of(objects):
    triggers = of_kind(objects, "ScaledObject")[0]["spec"]["triggers"]
    return next(each["metadata"]["query"] for each in triggers if each["type"] == "prometheus")


def query(expression, folder):
    """By promtool: 30 records that wait, of studies that took 120 s each, are 3600 s; without a study
    in the last hour they are 30; without a worker there is no answer."""
    def lag(partition, worker, count):
        return {"series": "vigil_kafka_consumer_lag_records{topic=\"in\",partition=\"%s\",instance=\"%s\"}"
                % (partition, worker), "values": f"{count}x90"}

    # Partition 0 is told of by the worker that has it and by one that had it.
    waiting = [lag(0, "a", 10), lag(0, "b", 7), lag(1, "b", 20)]
    worked = [
        {"series": 'vigil_stage_cpu_seconds_total{stage="decode",instance="a"}', "values": "0+60x90"},
        {"series": 'vigil_stage_cpu_seconds_total{stage="infer",instance="a"}', "values": "0+180x90"},
        {"series": 'vigil_findings_produced_total{priority="routine",instance="a"}', "values": "0+2x90"}]
    tests = [
        {"interval": "1m", "input_series": series, "promql_expr_test": [{
            "expr": expression, "eval_time": "80m",
            "exp_samples": [] if value is None else [{"labels": "{}", "value": value}]}]}
        for series, value in ((waiting + worked, 3600), (waiting, 30), (worked, None))]
    file = folder / "query.test.yml"
    file.write_text(json.dumps({"rule_files": [], "tests": tests}))
    run("promtool", "test", "rules", file)


# What checkov finds.

def checkov(sets, folder):
    """What it finds in each of these."""
    files = {name: folder / f"{name}.yaml" for name in sets}
    for name, file in files.items():
        file.write_text(yaml.safe_dump_all(sets[name], width=1000))
    done = subprocess.run(
        [BIN / "checkov", "--framework", "kubernetes", "--skip-download", "--quiet", "--compact",
         "--output", "json", *(part for file in files.values() for part in ("--file", file))],
        capture_output=True, text=True)
    try:
        report = json.loads(done.stdout)
        failed = report["results"]["failed_checks"]
        if not report["summary"]["passed"]:
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"checkov: {done.stdout[-500:]}{done.stderr[-500:]}") from error
    return {name: [f"{each['check_id']} {each['check_name']}: {each['resource']}" for each in failed
                   if pathlib.Path(each["file_path"]).name == file.name]
            for name, file in files.items()}


def check_weakness(sets, folder):
    found = checkov(sets | {"weak": weak(sets["trial"])}, folder)
    expected = ["CKV_K8S_8 ", "CKV_K8S_13 ", "CKV_K8S_22 ", "CKV_K8S_23 ", "CKV_K8S_39 "]
    unseen = [name for name in expected
              if not any(each.startswith(name) for each in found["weak"])]
    if unseen:
        raise SystemExit(f"check: checkov does not see {unseen} in {found['weak']}")
    for name in sets:
        if found[name]:
            raise Refused("\n".join(found[name]))
    print("checkov finds nothing")
    print(f"  refused: a pod with less protection ({len(found['weak'])} checks of checkov)")


# Topics.

def kafka_command():
    for folder in (os.environ.get("VIGIL_KAFKA_HOME"), HERE.parents[2] / "shared/kafka"):
        if folder and os.access(pathlib.Path(folder) / "kafka", os.X_OK):
            return pathlib.Path(folder) / "kafka"
    return None


def make_topics(admin, topics, nodes):
    """As Strimzi's operator would; on fewer than three nodes with one copy each."""
    wanted = []
    for topic in topics:
        same("copies", topic["spec"]["replicas"], 3)
        config = {name: str(value) for name, value in topic["spec"]["config"].items()}
        if nodes < 3:
            same("copies in time", config.pop("min.insync.replicas"), "2")
        wanted.append(NewTopic(topic["metadata"]["name"], topic["spec"]["partitions"],
                               min(nodes, topic["spec"]["replicas"]), config=config))
    for future in admin.create_topics(wanted).values():
        future.result(30)


def compare_topics(vigil, bootstrap, topics, *more):
    lines = run(vigil, "topics", "create", "--json", "--bootstrap", bootstrap,
                "--config", HERE / "base/vigil.yaml", *more).splitlines()
    told = [json.loads(line) for line in lines]
    faults = [f"{each['topic']}: {each['outcome']} {each['differences']}" for each in told
              if each["outcome"] != "exists" or each["differences"]]
    names = {each["topic"] for each in told}
    faults += [f"{each['metadata']['name']} is no topic of workers" for each in topics
               if each["metadata"]["name"] not in names]
    if faults:
        raise Refused("; ".join(faults))


def clean_up_otherwise(admin, topic):
    """Has the broker delete what it compacted; it tells of it a moment later."""
    change = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[
        ConfigEntry("cleanup.policy", "delete", incremental_operation=AlterConfigOpType.SET)])
    for future in admin.incremental_alter_configs([change]).values():
        future.result(30)
    for _ in range(100):
        [told] = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic)]).values()
        if told.result(30)["cleanup.policy"].value == "delete":
            return
        time.sleep(0.1)


def check_topics(objects, vigil, nodes):
    command = kafka_command()
    if not command or not shutil.which("java"):
        print("left out: topics were not compared, since there is no Apache Kafka (VIGIL_KAFKA_HOME)")
        return
    topics = of_kind(objects, "KafkaTopic")
    broker = Kafka(command, *(["--nodes", str(nodes)] if nodes > 1 else []))
    try:
        admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
        make_topics(admin, topics, nodes)
        compare = functools.partial(compare_topics, vigil, broker.bootstrap)
        compare(topics)
        print(f"{len(topics)} topics are those of vigil topics create")
        more = [*topics, {"metadata": {"name": "of.nobody"}}]
        refuses("a topic of nobody", lambda: compare(more))
        refuses("other partitions", lambda: compare(topics, "--set", "topics.partitions=12"))
        refuses("another retention", lambda: compare(topics, "--set", "topics.retention-hours=24"))
        refuses("a topic that is not made", lambda: compare(topics, "--set", "topics.retry-count=3"))
        clean_up_otherwise(admin, "radiology.finding.prioritized.v2")
        refuses("another way of cleaning up", lambda: compare(topics))
    finally:
        broker.stop()


# Broken twins.

def refuses(what, check):
    try:
        check()
    except Refused:
        print(f"  refused: {what}")
        return
    raise SystemExit(f"check: this passes and should not: {what}")


def changed(objects, change):
    twin = copy.deepcopy(objects)
    change(twin)
    return twin


def scaled(objects):
    return of_kind(objects, "ScaledObject")[0]["spec"]


def refuse_shapes(objects):
    def member(kind, path, value):
        def change(twin):
            place = of_kind(twin, kind)[0]["spec"]
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
        return lambda: schemas({"twin": changed(objects, change)})

    refuses("a member that StatefulSet has not", member("StatefulSet", ["replica"], 1))
    refuses("a member that KafkaTopic has not", member("KafkaTopic", ["partition"], 6))
    refuses("a member that ScaledObject has not", member("ScaledObject", ["maxReplicas"], 6))
    refuses("one deeper in it", member("ScaledObject", ["fallback", "replica"], 6))
    refuses("a number for a text in a trigger",
            member("ScaledObject", ["triggers", 0, "metadata", "threshold"], 120))
    refuses("a wrong member of the login",
            member("TriggerAuthentication", ["secretTargetRef", 0, "file"], "ca.crt"))


def refuse_belongings(objects):
    def twin(change):
        return lambda: belongings(changed(objects, change))

    refuses("a probe of another port", twin(
        lambda each: worker_of(each)["livenessProbe"]["httpGet"].update(port=80)))
    refuses("a slot's name that changes", twin(
        lambda each: worker_of(each)["env"][:] and worker_of(each).update(
            env=[{"name": "VIGIL_WORKER__INSTANCE", "value": "slot-1"}])))
    refuses("more workers than partitions", twin(lambda each: scaled(each).update(maxReplicaCount=12)))
    refuses("a network policy of other pods", twin(
        lambda each: of_kind(each, "NetworkPolicy", "vigil-worker")[0]["spec"]["podSelector"]
        .update(matchLabels={"app": "worker"})))
    refuses("another group", twin(
        lambda each: scaled(each)["triggers"][1]["metadata"].update(consumerGroup="vigil")))
    refuses("scaling what is not there", twin(
        lambda each: scaled(each)["scaleTargetRef"].update(name="worker")))


def refuse_settings(objects, vigil, folder):
    def misspelt(twin):
        for each in of_kind(twin, "ConfigMap"):
            each["data"] = {name: text.replace("roots:", "root:") for name, text in each["data"].items()}

    def variable(twin):
        worker_of(twin)["env"].append({"name": "VIGIL_HTTP__PORTS", "value": "9464"})

    refuses("a misspelt setting", lambda: settings(changed(objects, misspelt), vigil, folder))
    refuses("a misspelt variable", lambda: settings(changed(objects, variable), vigil, folder))


def refuse_queries(expression, folder):
    records = expression.split("* (sum")[0]
    refuses("scaling by records", lambda: query(records, folder))
    refuses("counting a partition twice", lambda: query(
        expression.replace("max by (topic, partition) ", ""), folder))
    refuses("no answer without a study", lambda: query(
        expression.replace("or vector(1)", ""), folder))


def weak(objects):
    """Each in another way less closed than it should be."""
    def change(twin):
        pod = of_kind(twin, "StatefulSet")[0]["spec"]["template"]["spec"]
        pod["securityContext"].update(runAsNonRoot=False, runAsUser=0)
        worker = pod["containers"][0]
        worker["securityContext"]["readOnlyRootFilesystem"] = False
        worker["securityContext"]["capabilities"] = {"add": ["SYS_ADMIN"]}
        del worker["resources"]["limits"]
        del worker["livenessProbe"]

    return changed(objects, change)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("vigil", type=pathlib.Path)
    parser.add_argument("--nodes", type=int, default=1)
    options = parser.parse_args()
    for tool in (options.vigil, "promtool", BIN / "kubectl", BIN / "checkov"):
        if not shutil.which(tool):
            print(f"check: there is no {tool}; Deploy/test installs what is needed", file=sys.stderr)
            return 69
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            check(options, folder)
        except Refused as error:
            print(f"check: {error}", file=sys.stderr)
            return 1
    return 0


def check(options, folder):
    sets = overlays()
    production = sets["production"]
    schemas(sets)
    print(f"{sum(map(len, sets.values()))} objects are as their schemas say")
    refuse_shapes(production)
    for objects in sets.values():
        belongings(objects)
        settings(objects, options.vigil, folder)
    print("settings and variables are read, ports, names and numbers agree")
    refuse_belongings(production)
    refuse_settings(production, options.vigil, folder)
    program = options.vigil.with_name("vigil-page")
    page(production, program, folder)
    print("the page answers by its settings")
    refuse_pages(production, program, folder)
    query(query_of(production), folder)
    print("the query that scales gives seconds of work")
    refuse_queries(query_of(production), folder)
    check_topics(production, options.vigil, options.nodes)
    check_weakness(sets, folder)


if __name__ == "__main__":
    sys.exit(main())
