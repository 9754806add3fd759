package import VigilCore

/// What is true of a study, as a line of `truth.jsonl` and one of `truth.csv`.
package struct TruthRow: Sendable {
    private let study: SyntheticStudy
    private var blueprint: Blueprint { study.blueprint }

    package init(_ study: SyntheticStudy) {
        self.study = study
    }

    /// Everything.
    package var json: JSONValue {
        let patient = blueprint.patient
        var measured = JSONObject()
        for one in blueprint.clinic.measurements {
            measured[one.kind.rawValue] = .number(one.value)
        }
        var prior = JSONValue.null
        if let before = blueprint.clinic.prior {
            prior = [
                "study": .string(before.studyUID), "days_before": Self.number(before.daysBefore),
                "had_findings": .bool(before.hadFindings),
            ]
        }
        return [
            "study": .string(blueprint.studyUID), "number": Self.number(blueprint.number),
            "kind": .string(blueprint.kind.rawValue), "taken": .string(blueprint.taken),
            "priority": .string(blueprint.clinic.priority.rawValue),
            "scenario": .string(blueprint.scenario.rawValue),
            "patient": [
                "id": .string(patient.id), "age": Self.number(patient.age),
                "sex": .string(patient.sex), "bmi": .number(patient.bodyMass),
            ],
            "vendor": .string(blueprint.maker), "modality": .string(blueprint.modality),
            "labels": .object(labels), "findings": .array(findings),
            "devices": .array(blueprint.devices.map { .string($0.rawValue) }),
            "measurements": .object(measured),
            "indication": .string(blueprint.clinic.words.indication),
            "report": .string(blueprint.clinic.words.findings),
            "impression": .string(blueprint.clinic.words.impression),
            "prior": prior, "images": .array(images),
        ]
    }

    /// 1 for every kind that is there, 0 for the others.
    private var labels: JSONObject {
        let there = Set(blueprint.findings.map(\.kind))
        var out = JSONObject()
        for kind in FindingKind.allCases { out[kind.rawValue] = there.contains(kind) ? 1 : 0 }
        return out
    }

    private var images: [JSONValue] {
        study.images.map { image in
            [
                "instance": .string(image.instanceUID), "name": .string(image.name),
                "view": .string(image.view), "rows": Self.number(blueprint.technique.size),
                "columns": Self.number(blueprint.technique.size),
                "spacing_mm": .number(image.spacing),
            ]
        }
    }

    private var findings: [JSONValue] {
        blueprint.findings.enumerated().map { index, finding in
            [
                "kind": .string(finding.kind.rawValue), "side": .string(finding.side.rawValue),
                "severity": .number((finding.severity * 1000).rounded() / 1000),
                "grade": .string(finding.grade), "variety": .string(finding.variety),
                "masks": .array(study.images.compactMap { Self.mask($0, index) }),
            ]
        }
    }

    /// Box and runs of a finding on an image; nil where it is not seen.
    private static func mask(_ image: SyntheticStudy.Image, _ index: Int) -> JSONValue? {
        guard index < image.masks.count, let box = image.masks[index].box else { return nil }
        let mask = image.masks[index]
        return [
            "instance": .string(image.instanceUID),
            "box": .array([box.left, box.top, box.width, box.height].map(number)),
            "area": number(mask.area), "runs": .array(mask.runs.map(number)),
        ]
    }

    private static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    /// The names of the table's columns.
    package static var csvHeader: String {
        ([
            "study", "number", "patient", "kind", "vendor", "modality", "view", "age", "sex", "bmi",
            "scenario", "priority",
        ]
            + FindingKind.allCases.map(\.rawValue)).joined(separator: ",")
    }

    /// The table's line: a label by finding, and subgroups. No value holds a comma.
    package var csv: String {
        let patient = blueprint.patient
        let there = Set(blueprint.findings.map(\.kind))
        let fields =
            [
                blueprint.studyUID, "\(blueprint.number)", patient.id, blueprint.kind.rawValue,
                blueprint.maker, blueprint.modality, study.images.first?.view ?? "",
                "\(patient.age)", patient.sex, "\(patient.bodyMass)",
                blueprint.scenario.rawValue, blueprint.clinic.priority.rawValue,
            ] + FindingKind.allCases.map { there.contains($0) ? "1" : "0" }
        return fields.joined(separator: ",")
    }
}
