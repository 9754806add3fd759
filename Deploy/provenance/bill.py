"""CycloneDX 1.6 as JSON: the whole bill, and what its documents have in common."""

import datetime
import hashlib
import json
import uuid

import inventory


def when(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def head(found, about, content):
    """The members that begin a document; its serial number is of its content."""
    text = json.dumps(content, sort_keys=True).encode()
    name = "urn:vigil:bom:" + hashlib.sha256(text).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "version": 1,
        "metadata": {
            "timestamp": when(found.time),
            "tools": {"components": [{
                "type": "application", "name": "Deploy/sbom", "version": found.version}]},
            "authors": [{"name": inventory.SUPPLIER}],
            "supplier": {"name": inventory.SUPPLIER},
            "component": about,
        },
    }


def properties(pairs):
    return [{"name": name, "value": value} for name, value in pairs.items()]


def component(piece, found):
    out = {
        "type": piece.kind, "bom-ref": piece.ref, "supplier": {"name": piece.supplier},
        "name": piece.name, "version": piece.version, "purl": piece.purl,
        "scope": "required" if piece.is_in_program else "excluded",
    }
    if piece.kind == "machine-learning-model":
        del out["scope"]
    if piece.licence:
        kind = "expression" if " " in piece.licence else "license"
        out["licenses"] = [
            {"expression": piece.licence} if kind == "expression"
            else {"license": {"id": piece.licence}}]
    hashes = found.digests(piece)
    if len(hashes) == 1 and piece.kind != "library":
        out["hashes"] = [{"alg": "SHA-256", "content": next(iter(hashes.values()))}]
    elif hashes:
        out["components"] = [
            {"type": "file", "bom-ref": f"{piece.ref}:{path}", "name": path,
             "version": piece.version, "supplier": {"name": piece.supplier},
             "hashes": [{"alg": "SHA-256", "content": content}]}
            for path, content in hashes.items()]
    if piece.properties:
        out["properties"] = properties(piece.properties)
    return out


def document(found):
    components = [component(piece, found) for piece in found.pieces]
    about = {
        "type": "application", "bom-ref": "vigil", "name": "vigil", "version": found.version,
        "supplier": {"name": inventory.SUPPLIER},
        "purl": inventory.purl("generic", "vigil", found.version),
        "description": "Radiology triage on a stream of studies. Research software, no medical "
                       "device.",
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }
    needs = {"vigil": {piece.ref for piece in found.programs}}
    needs |= {piece.ref: piece.needs for piece in found.pieces}
    return head(found, about, components) | {
        "components": components,
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(others)} for ref, others in needs.items()],
    }
