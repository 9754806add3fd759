import ClinicalReport
import FHIR
import Testing
import VigilCore

/// The transaction that a finding's record becomes.
struct FHIRBundleTests {
    private func bundle(
        _ shape: MadeFinding.Shape, after earlier: EarlierReport = EarlierReport(),
        codes: FindingCodes = FindingCodes()
    ) -> JSONValue {
        FHIRBundle(
            MadeStudyFile.report(MadeFinding.make(shape), codes: codes),
            patientSystem: "urn:oid:1.2.3"
        ).transaction(after: earlier)
    }

    private func resources(_ bundle: JSONValue, _ type: String) -> [JSONValue] {
        (bundle["entry"]?.arrayValue ?? []).compactMap { $0["resource"] }
            .filter { $0["resourceType"]?.stringValue == type }
    }

    private func code(_ concept: JSONValue?) -> String? {
        concept?["coding"]?.arrayValue?.last?["code"]?.stringValue
    }

    @Test("each record's standing is the status of all that it says")
    func standing() {
        let wanted: [MadeFinding.Shape: String] = [
            .flagged: "preliminary", .calibrated: "preliminary", .abstained: "preliminary",
            .notAssessed: "preliminary", .revised: "corrected", .withdrawn: "entered-in-error",
        ]
        for shape in MadeFinding.Shape.allCases {
            let made = bundle(shape)
            let said = resources(made, "DiagnosticReport") + resources(made, "Observation")
            #expect(said.count > 1)
            #expect(said.allSatisfy { $0["status"]?.stringValue == wanted[shape] })
        }
    }

    @Test("what the model does not say is said to be absent, and why")
    func absent() throws {
        let abstained = try #require(
            resources(bundle(.abstained), "Observation").first {
                code($0["code"]) == "pneumothorax"
            })
        #expect(abstained["valueCodeableConcept"] == nil)
        #expect(code(abstained["dataAbsentReason"]) == "unknown")
        let text = abstained["dataAbsentReason"]?["text"]?.stringValue
        #expect(text == "abstained: uncertain, view_unknown")
        #expect(code(abstained["interpretation"]?.arrayValue?.first) == "IND")
        let unassessed = resources(bundle(.notAssessed), "Observation")
        #expect(unassessed.count == 1)
        #expect(code(unassessed.first?["dataAbsentReason"]) == "not-performed")
        #expect(unassessed.first?["valueCodeableConcept"] == nil)
        let flagged = try #require(
            resources(bundle(.flagged), "Observation").first { code($0["code"]) == "pneumothorax" })
        #expect(flagged["dataAbsentReason"] == nil)
        #expect(code(flagged["valueCodeableConcept"]) == "flagged")
    }

    @Test("numbers, promise and boxes of the record stand in the resource")
    func numbers() throws {
        let observation = try #require(
            resources(bundle(.calibrated), "Observation").first {
                code($0["code"]) == "pneumothorax"
            })
        var values: [String: JSONValue] = [:]
        for part in observation["component"]?.arrayValue ?? [] {
            values[code(part["code"]) ?? ""] =
                part["valueQuantity"]?["value"] ?? part["valueString"]
        }
        #expect(values["probability"] == 0.73)
        #expect(values["calibrated-probability"] == 0.0000125)
        #expect(values["guarantee"]?.stringValue?.hasPrefix("at most 0.05") == true)
        let box = observation["extension"]?.arrayValue?.first
        var parts: [String: JSONValue] = [:]
        for part in box?["extension"]?.arrayValue ?? [] {
            parts[part["url"]?.stringValue ?? ""] =
                part["valueUnsignedInt"] ?? part["valueOid"] ?? part["valueDecimal"]
        }
        #expect(parts["instance"] == "urn:oid:1.2.3.4")
        #expect(parts["column"] == 100 && parts["rows"] == 200 && parts["matrix-rows"] == 2500)
    }

    @Test("the same record gives the same bytes, and a site's codes go before Vigil's")
    func codes() throws {
        let pneumothorax = Coding(
            system: "http://snomed.info/sct", code: "36118008", display: "Pneumothorax")
        let codes = FindingCodes(["pneumothorax": [pneumothorax]])
        let made = bundle(.flagged, codes: codes)
        #expect(JSONWriter.bytes(made) == JSONWriter.bytes(bundle(.flagged, codes: codes)))
        let first = resources(made, "Observation").compactMap { $0["code"]?["coding"]?.arrayValue }
            .first { $0.count == 2 }
        #expect(first?.first?["code"] == "36118008")
        #expect(first?.last?["system"]?.stringValue == FindingCodes.ownSystem)
        #expect(made != bundle(.flagged))
    }

    @Test("an observation that a later record no longer says is marked, by its version")
    func retired() throws {
        let gone = DeliveryIdentity.result(
            try #require(MadeFinding.make(.flagged).findings.last),
            of: MadeFinding.make(.flagged).findingID)
        let held: JSONValue = [
            "resourceType": "Observation", "id": "a-1", "meta": ["versionId": "4"],
            "status": "preliminary",
            "identifier": [["system": "urn:vigil:result", "value": .string("\(gone)")]],
        ]
        let searchset: JSONValue = [
            "resourceType": "Bundle", "type": "searchset", "entry": [["resource": held]],
        ]
        let earlier = try #require(EarlierReport(searchset: searchset))
        let entry = bundle(.revised, after: earlier)["entry"]?.arrayValue?.last
        #expect(entry?["request"]?["url"] == "Observation/a-1")
        #expect(entry?["request"]?["ifMatch"] == "W/\"4\"")
        #expect(entry?["resource"]?["status"] == "entered-in-error")
        let same = bundle(.flagged, after: earlier)["entry"]?.arrayValue
        #expect(same?.contains { $0["request"]?["url"] == "Observation/a-1" } == false)
    }

    @Test("an answer counts only if it is one of every entry")
    func answers() {
        let good: JSONValue = ["response": ["status": "201 Created"]]
        let bad: JSONValue = ["response": ["status": "400 Bad Request"]]
        func isWhole(_ entries: [JSONValue], type: String = "transaction-response") -> Bool {
            FHIRTransactionAnswer.isWhole(
                ["resourceType": "Bundle", "type": .string(type), "entry": .array(entries)],
                entries: 2)
        }
        #expect(isWhole([good, good]))
        #expect(!isWhole([good]))
        #expect(!isWhole([good, bad]))
        #expect(!isWhole([good, good], type: "batch-response"))
        #expect(!FHIRTransactionAnswer.isWhole(["resourceType": "OperationOutcome"], entries: 2))
    }

    @Test("what a server calls an id reaches no address unless it is one")
    func hostileIDs() {
        for id in ["../Patient/1", "a b", "", "x?y", String(repeating: "a", count: 65)] {
            let searchset: JSONValue = [
                "resourceType": "Bundle", "type": "searchset",
                "entry": [
                    [
                        "resource": [
                            "resourceType": "Observation", "id": .string(id),
                            "meta": ["versionId": "1"],
                        ]
                    ]
                ],
            ]
            #expect(EarlierReport(searchset: searchset) == nil)
        }
    }
}
