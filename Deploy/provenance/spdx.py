"""SPDX 2.3 as JSON, with what NTIA asks of a bill of materials."""

import hashlib
import re

import bill
import inventory


def name_of(ref):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", ref)


def alone(file):
    name, value = file
    return {"packageFileName": name,
            "checksums": [{"algorithm": "SHA256", "checksumValue": value}]}


def package(piece, found):
    """Of several files the digests stand in the comment: SPDX would take files of their own for all
    that a package holds, and a package of Debian's holds more than what is loaded."""
    digests = found.digests(piece)
    said = [f"{name}={value}" for name, value in piece.properties.items()]
    if len(digests) > 1:
        said += [f"{name} SHA256 {value}" for name, value in digests.items()]
    return {
        "SPDXID": name_of(piece.ref), "name": piece.name, "versionInfo": piece.version,
        "supplier": f"Organization: {piece.supplier}", "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
        "licenseDeclared": piece.licence or "NOASSERTION", "copyrightText": "NOASSERTION",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                          "referenceLocator": piece.purl}],
        **(alone(*digests.items()) if len(digests) == 1 else {}),
        **({"comment": "; ".join(said)} if said else {}),
    }


def relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def document(found):
    whole = inventory.Piece(
        ref="vigil", kind="application", name="vigil", version=found.version,
        supplier=inventory.SUPPLIER, purl=inventory.purl("generic", "vigil", found.version),
        licence="Apache-2.0", needs={piece.ref for piece in found.programs})
    pieces = [whole, *found.pieces]
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", name_of("vigil"))]
    for piece in pieces:
        own = name_of(piece.ref)
        relations += [relation(own, "DEPENDS_ON", name_of(ref)) for ref in sorted(piece.needs)]
        if piece in found.tools:
            relations.append(relation(own, "BUILD_TOOL_OF", name_of("vigil")))
        elif not piece.is_in_program:
            relations.append(relation(own, "TEST_TOOL_OF", name_of("vigil")))
    packages = [package(piece, found) for piece in pieces]
    content = hashlib.sha256(repr((packages, relations)).encode()).hexdigest()
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"vigil-{found.version}",
        "documentNamespace": f"https://vigil.invalid/spdx/{content}",
        "creationInfo": {
            "created": bill.when(found.time),
            "creators": [f"Organization: {inventory.SUPPLIER}", f"Tool: sbom-{found.version}"]},
        "packages": packages, "relationships": relations,
    }
