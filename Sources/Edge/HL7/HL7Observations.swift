internal import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// The OBX segments of a report with their notes: the study, what is said of it as a whole, each
/// result with its numbers.
struct HL7Observations {
    let report: FindingReport

    var segments: [HL7Segment] {
        var writer = Writer(status: report.standing.observationStatus)
        writer.add(
            "ST", code: ("113014", "DICOM Study", "DCM"),
            value: [report.header.study.instanceUID.disclosed])
        triage(&writer)
        for (index, result) in report.finding.findings.enumerated() {
            add(result, group: String(index + 1), to: &writer)
        }
        return writer.segments
    }

    private func triage(_ writer: inout Writer) {
        let finding = report.finding
        let isAssessed = finding.assessed != nil
        let isWithdrawn = report.standing == .withdrawn
        writer.add(
            "CWE", code: Self.own("assessment", "Assessment of a study by images"),
            value: isAssessed
                ? ["assessed", "Assessed", "L"]
                : isWithdrawn
                    ? ["withdrawn", "Withdrawn: nothing that was said holds", "L"]
                    : [
                        "not_assessed", "Not assessed; it does not mean that nothing is wrong", "L",
                    ],
            // X: no result is to be had.
            status: isAssessed || isWithdrawn ? nil : "X")
        for reason in finding.reasons { writer.note("\(reason.code): \(reason.text)") }
        for (code, text, priority) in [
            ("ordered-priority", "Priority that was ordered", finding.priority.ordered),
            ("effective-priority", "Priority for the worklist", finding.priority.effective),
        ] {
            writer.add(
                "CWE", code: Self.own(code, text),
                value: [priority.rawValue, priority.rawValue, "L"])
        }
        if let urgency = finding.urgency, urgency.isFinite {
            writer.add(
                "NM", code: Self.own("urgency", "How urgent the images look to the model"),
                value: [Self.text(urgency) ?? ""])
        }
        if let model = finding.assessed?.model {
            writer.add(
                "ST", code: Self.own("model", "Model, SHA-256"), value: [model.digest.hex])
            if !model.isValidated { writer.note("The model is not validated for what it reports") }
        }
    }

    private func add(_ result: Finding.Result, group: String, to writer: inout Writer) {
        let codings = report.codings(of: result)
        // Room is for two: the first of the table, and Vigil's own, which stands last.
        let codes = codings.count > 1 ? [codings[0], codings[codings.count - 1]] : codings
        let answer = result.answer.word.description
        writer.add(
            "CWE", codes: codes.map { ($0.code, $0.display, $0.tableName) }, group: group,
            value: [answer, answer, "L"], isAbnormal: result.answer == .flagged)
        if case .abstained(let reasons) = result.answer {
            writer.note(
                "The model does not know: " + reasons.map(\.rawValue).joined(separator: ", "))
        }
        if let guarantee = result.calibrated?.guarantee {
            writer.note(
                "\(guarantee.risk.rawValue) at most \(guarantee.alpha) but for a probability of "
                    + "\(guarantee.delta), fitted on \(guarantee.count) studies")
        }
        let numbers: [(String, String, String?)] = [
            ("probability", "Probability", Self.text(result.probability)),
            ("threshold", "Least probability that is flagged", Self.text(result.threshold)),
            (
                "calibrated-probability", "Calibrated probability",
                result.calibrated?.probability.map(Self.text)
            ),
        ]
        for (code, text, value) in numbers {
            guard let value else { continue }
            writer.add("NM", codes: [Self.own(code, text)], group: group, value: [value])
        }
    }

    private static func own(
        _ code: String, _ text: String
    ) -> (code: String, text: String, table: String) { (code, text, "L") }

    private static func text(_ value: Float?) -> String? {
        value.flatMap { $0.isFinite ? Double($0.description) : nil }.map(text)
    }

    /// A number of version 2 has no exponent.
    private static func text(_ value: Double) -> String { value.text(decimals: 9) }

    /// Numbers OBX segments as they are added, and notes below each.
    private struct Writer {
        let status: String
        private(set) var segments: [HL7Segment] = []
        private var observations = 0
        private var notes = 0

        init(status: String) {
            self.status = status
        }

        mutating func add(
            _ type: String, code: (code: String, text: String, table: String), value: [String],
            status: String? = nil
        ) {
            add(type, codes: [code], group: "", value: value, status: status)
        }

        /// - Parameter group: OBX-4, which holds the segments of one result together.
        mutating func add(
            _ type: String, codes: [(code: String, text: String, table: String)], group: String,
            value: [String], isAbnormal: Bool = false, status: String? = nil
        ) {
            observations += 1
            notes = 0
            var segment = HL7Segment("OBX")
            segment.set(1, String(observations))
            segment.set(2, type)
            segment.set(3, codes: codes)
            segment.set(4, group)
            segment.set(5, components: value)
            if type == "NM" { segment.set(6, components: ["1", "no unit", "UCUM"]) }
            if isAbnormal { segment.set(8, "A") }
            segment.set(11, status ?? self.status)
            segments.append(segment)
        }

        mutating func note(_ text: String) {
            notes += 1
            var segment = HL7Segment("NTE")
            segment.set(1, String(notes))
            segment.set(3, text)
            segments.append(segment)
        }
    }
}
