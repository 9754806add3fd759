internal import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// The Observations of a report: one of the study as a whole, one a result.
struct FHIRObservations {
    let report: FindingReport
    let subject: FHIRSubject

    /// Each with its id, which is its identifier and its place in the bundle.
    var all: [(id: UUIDv5, resource: JSONValue)] {
        let finding = report.finding
        return [(DeliveryIdentity.triage(of: finding.findingID), triage)]
            + finding.findings.map { result in
                (DeliveryIdentity.result(result, of: finding.findingID), observation(result))
            }
    }

    /// How urgent the study is; of one that was not assessed why not, and the order that stands.
    private var triage: JSONValue {
        let finding = report.finding
        let own = FindingCodes.own("triage", "Triage of a study by images")
        var object = base(
            id: DeliveryIdentity.triage(of: finding.findingID), code: FHIRElement.concept(own))
        if finding.assessed == nil {
            object["dataAbsentReason"] = FHIRElement.concept(
                FHIRNames.notPerformed, text: report.reasons)
        } else {
            object["valueCodeableConcept"] = priority(finding.priority.effective)
        }
        if !finding.reasons.isEmpty { object["note"] = [["text": .string(report.reasons)]] }
        var parts: [JSONValue] = [
            component(
                "ordered-priority", "Priority that was ordered", "valueCodeableConcept",
                priority(finding.priority.ordered)),
            component(
                "effective-priority", "Priority for the worklist", "valueCodeableConcept",
                priority(finding.priority.effective)),
        ]
        if let urgency = FHIRElement.number(finding.urgency) {
            parts.append(
                component(
                    "urgency", "How urgent the images look to the model", "valueQuantity",
                    FHIRElement.quantity(urgency)))
        }
        for reason in finding.reasons {
            parts.append(
                component(
                    "reason", "Reason", "valueCodeableConcept",
                    FHIRElement.concept(FindingCodes.own(reason.code, reason.text))))
        }
        object["component"] = .array(parts)
        return .object(object)
    }

    private func observation(_ result: Finding.Result) -> JSONValue {
        var object = base(
            id: DeliveryIdentity.result(result, of: report.finding.findingID),
            code: FHIRElement.concept(report.codings(of: result), text: result.label))
        let answer = result.answer.word.description
        if case .abstained(let reasons) = result.answer {
            object["dataAbsentReason"] = FHIRElement.concept(
                FHIRNames.unknown,
                text: "abstained: " + reasons.map(\.rawValue).joined(separator: ", "))
        } else {
            object["valueCodeableConcept"] = FHIRElement.concept(
                FindingCodes.own(answer, answer == "flagged" ? "Flagged" : "Not flagged"))
        }
        object["interpretation"] = [
            FHIRElement.concept(FHIRNames.interpretation(result.answer))
        ]
        let boxes = FHIREvidence(report: report).extensions(of: result)
        if !boxes.isEmpty { object["extension"] = .array(boxes) }
        let parts = components(of: result)
        if !parts.isEmpty { object["component"] = .array(parts) }
        return .object(object)
    }

    /// The numbers behind a result, each by its name.
    private func components(of result: Finding.Result) -> [JSONValue] {
        var parts: [JSONValue] = []
        func add(_ code: String, _ display: String, _ value: Double?) {
            guard let value, value.isFinite else { return }
            parts.append(component(code, display, "valueQuantity", FHIRElement.quantity(value)))
        }
        add("probability", "Probability", FHIRElement.number(result.probability))
        add("threshold", "Least probability that is flagged", FHIRElement.number(result.threshold))
        add("calibrated-probability", "Calibrated probability", result.calibrated?.probability)
        if let head = result.head {
            parts.append(component("head", "Head of the model", "valueString", .string(head)))
        }
        if case .abstained(let reasons) = result.answer {
            parts += reasons.map {
                component(
                    "abstained-because", "Why the model does not know",
                    "valueCodeableConcept",
                    FHIRElement.concept(FindingCodes.own($0.rawValue, $0.rawValue)))
            }
        }
        if let calibrated = result.calibrated {
            parts.append(
                component(
                    "calibration", "Calibration, SHA-256", "valueString",
                    .string(calibrated.digest.hex)))
            if let stratum = calibrated.stratum {
                parts.append(
                    component(
                        "stratum", "Studies whose rule was taken", "valueString",
                        .string(stratum)))
            }
            if let guarantee = calibrated.guarantee {
                parts.append(
                    component(
                        "guarantee", "What the calibration promises", "valueString",
                        .string(guarantee.sentence)))
            }
        }
        return parts
    }

    private func base(id: UUIDv5, code: JSONValue) -> JSONObject {
        var object = JSONObject()
        object["resourceType"] = "Observation"
        object["meta"] = FHIRElement.meta
        object["identifier"] = [FHIRElement.identifier(FHIRNames.result, "\(id)")]
        object["status"] = .string(report.standing.observationStatus)
        object["category"] = [FHIRElement.concept(FHIRNames.imaging)]
        object["code"] = code
        object["subject"] = subject.reference
        if let date = FHIRElement.date(report.header.study.date) {
            object["effectiveDateTime"] = .string(date)
        }
        object["issued"] = .string("\(report.decided)")
        if let model = report.finding.assessed?.model {
            object["device"] = FHIRElement.reference(to: DeliveryIdentity.model(model))
        }
        return object
    }

    private func priority(_ priority: Priority) -> JSONValue {
        FHIRElement.concept(
            Coding(
                system: "http://hl7.org/fhir/request-priority", code: priority.rawValue,
                display: priority.display))
    }

    private func component(
        _ code: String, _ display: String, _ name: String, _ value: JSONValue
    ) -> JSONValue {
        var object = JSONObject()
        object["code"] = FHIRElement.concept(FindingCodes.own(code, display))
        object[name] = value
        return .object(object)
    }
}

extension ReportStanding {
    /// Observation.status.
    var observationStatus: String {
        switch self {
        case .first: "preliminary"
        case .revised: "corrected"
        case .withdrawn: "entered-in-error"
        }
    }
}

extension Priority {
    /// As http://hl7.org/fhir/request-priority words it.
    fileprivate var display: String {
        switch self {
        case .stat: "STAT"
        case .urgent: "Urgent"
        case .asap: "ASAP"
        case .routine: "Routine"
        }
    }
}
