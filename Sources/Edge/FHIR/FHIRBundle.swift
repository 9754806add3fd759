package import ClinicalReport
internal import StudyHeaders
package import VigilCore

/// The transaction that makes a FHIR R4 server say what a finding's record says.
///
/// Each resource is written by a search for its own identifier, so that a record that is delivered
/// twice is there once; a report that is there already, only in the version that was read.
/// References within it are by `urn:uuid`; the patient, the study and the order are named by their
/// identifiers.
package struct FHIRBundle: Sendable {
    private let report: FindingReport
    private let subject: FHIRSubject

    /// - Parameter patientSystem: the URI of the site's patient numbers.
    package init(_ report: FindingReport, patientSystem: String) {
        self.report = report
        subject = FHIRSubject(header: report.header, patientSystem: patientSystem)
    }

    /// The Bundle.
    ///
    /// - Parameter earlier: what the server holds of the finding, where that is known; what the
    ///   record no longer says of it is marked as an error.
    package func transaction(after earlier: EarlierReport = EarlierReport()) -> JSONValue {
        let observations = FHIRObservations(report: report, subject: subject).all
        var entries: [JSONValue] = []
        if let model = report.finding.assessed?.model {
            let id = DeliveryIdentity.model(model)
            entries.append(
                conditional(device(model, id), id: id, system: FHIRNames.model))
        }
        for (id, resource) in observations {
            entries.append(conditional(resource, id: id, system: FHIRNames.result))
        }
        let diagnosis = diagnosticReport(observations.map(\.id))
        entries.append(
            earlier.replacing(diagnosis, fullURL: "urn:uuid:\(report.finding.findingID)")
                ?? conditional(
                    diagnosis, id: report.finding.findingID, system: FHIRNames.finding))
        entries.append(provenance(observations.map(\.id)))
        let kept = Set(observations.map { "\($0.id)" })
        entries += earlier.retiring(allBut: kept)
        return Self.bundle(entries)
    }

    static func bundle(_ entries: [JSONValue]) -> JSONValue {
        ["resourceType": "Bundle", "type": "transaction", "entry": .array(entries)]
    }

    /// Of a resource that is found by its identifier, and made where there is none.
    private func conditional(_ resource: JSONValue, id: UUIDv5, system: String) -> JSONValue {
        let type = resource["resourceType"]?.stringValue ?? ""
        return [
            "fullUrl": .string("urn:uuid:\(id)"), "resource": resource,
            "request": [
                "method": "PUT",
                "url": .string(FHIRSearch.conditional(type, system: system, value: "\(id)")),
            ],
        ]
    }

    private func diagnosticReport(_ results: [UUIDv5]) -> JSONValue {
        let finding = report.finding
        var object = JSONObject()
        object["resourceType"] = "DiagnosticReport"
        object["meta"] = FHIRElement.meta
        object["extension"] = [
            ["url": .string(FHIRNames.number), "valuePositiveInt": .integer(Int64(report.number))]
        ]
        object["identifier"] = [
            FHIRElement.identifier(FHIRNames.finding, "\(finding.findingID)"),
            FHIRElement.identifier(FHIRNames.study, "\(finding.pseudonym)"),
        ]
        if let order = subject.order { object["basedOn"] = [order] }
        object["status"] = .string(report.standing.observationStatus)
        object["category"] = [FHIRElement.concept(FHIRNames.radiology)]
        object["code"] = FHIRElement.concept(FHIRNames.imagingReport)
        object["subject"] = subject.reference
        if let date = FHIRElement.date(report.header.study.date) {
            object["effectiveDateTime"] = .string(date)
        }
        object["issued"] = .string("\(report.decided)")
        object["result"] = .array(results.map { FHIRElement.reference(to: $0) })
        object["imagingStudy"] = [subject.imagingStudy]
        object["conclusion"] = .string(conclusion)
        return .object(object)
    }

    /// What a person reads first: the priority, why, and that a machine says so.
    private var conclusion: String {
        let finding = report.finding
        let head =
            if report.standing == .withdrawn {
                "Withdrawn: nothing that was said of this study holds."
            } else if finding.assessed == nil {
                "Not assessed. This does not mean that nothing is wrong; the order stands."
            } else {
                "Triage by a machine, not confirmed by a radiologist."
            }
        return """
            \(head) Ordered \(finding.priority.ordered.rawValue), worklist \
            \(finding.priority.effective.rawValue). \(report.reasons)
            """
    }

    /// The model, by the digest of its files.
    private func device(_ model: Finding.Model, _ id: UUIDv5) -> JSONValue {
        var object = JSONObject()
        object["resourceType"] = "Device"
        object["meta"] = FHIRElement.meta
        object["identifier"] = [FHIRElement.identifier(FHIRNames.model, "\(id)")]
        object["status"] = "active"
        object["deviceName"] = [["name": .string(model.name), "type": "model-name"]]
        object["type"] = FHIRElement.concept(
            FindingCodes.own("image-model", "Model that reads images"), text: model.family)
        let adapters = model.adapters.map { adapter -> JSONValue in
            ["type": ["text": .string(adapter.kind)], "value": .string(adapter.digest.hex)]
        }
        object["version"] = .array(
            [["type": ["text": "SHA-256 of the model"], "value": .string(model.digest.hex)]]
                + adapters)
        let validated = model.isValidated ? "validated" : "not validated for what it reports"
        object["note"] = [
            ["text": .string("Intended use: \(model.intendedUse)")],
            ["text": .string("The model is \(validated).")],
        ]
        return .object(object)
    }

    /// Who said it, of what, and when. No search finds a Provenance by an identifier, so it has an
    /// id of the client's: of one record of the finding there is one.
    private func provenance(_ observations: [UUIDv5]) -> JSONValue {
        let id = DeliveryIdentity.delivery(of: report.finding)
        var who: JSONValue = ["display": "Vigil, triage of radiology studies"]
        if let model = report.finding.assessed?.model {
            who = FHIRElement.reference(to: DeliveryIdentity.model(model))
        }
        let targets = [report.finding.findingID] + observations
        let resource: JSONValue = [
            "resourceType": "Provenance", "id": .string("\(id)"), "meta": FHIRElement.meta,
            "target": .array(targets.map { FHIRElement.reference(to: $0) }),
            "recorded": .string("\(report.decided)"),
            "agent": [["type": FHIRElement.concept(FHIRNames.author), "who": who]],
            "entity": [["role": "source", "what": subject.imagingStudy]],
        ]
        return [
            "fullUrl": .string("urn:uuid:\(id)"), "resource": resource,
            "request": ["method": "PUT", "url": .string("Provenance/\(id)")],
        ]
    }
}
