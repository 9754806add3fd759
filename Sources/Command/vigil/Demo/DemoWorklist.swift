import Commands
import Settings
import VigilCore
import Wire

/// The outcomes of the demonstration's studies, most urgent first.
struct DemoWorklist {
    private struct Row {
        let study: FileStudy
        var finding: Finding?
        var energy: EnergyRecord?
        var deadLetter: DeadLetter?
    }

    private var rows: [String: Row]
    private let order: [String]
    private let topics: (finding: String, energy: String, deadLetter: String)

    init(studies: [FileStudy], settings: Settings) {
        order = studies.map(\.eventID)
        rows = Dictionary(studies.map { ($0.eventID, Row(study: $0)) }) { first, _ in first }
        topics = (settings.topicsFinding, settings.topicsEnergy, settings.topicsDeadLetter)
    }

    /// Studies with a finding and its energy record, or with a dead letter.
    var finished: Int { rows.values.count { isFinished($0) } }
    /// Studies that were given up.
    var deadLetters: Int { rows.values.count { $0.deadLetter != nil } }
    /// Whether every study has its outcome.
    var isComplete: Bool { finished == rows.count }

    private func isFinished(_ row: Row) -> Bool {
        row.deadLetter != nil
            || (row.finding.map { $0.assessed == nil || row.energy != nil } ?? false)
    }

    /// Takes a record of one of the outgoing topics; those about other events are passed over.
    mutating func add(_ record: InboundRecord) {
        let isDeadLetter = record.position.topic == topics.deadLetter
        guard let id = record.text(isDeadLetter ? "ce_id" : "ce_causationid"), rows[id] != nil
        else { return }
        switch record.position.topic {
        case topics.finding: rows[id]?.finding = try? FindingDecoder.decode(record)
        case topics.energy: rows[id]?.energy = try? EnergyDecoder.decode(record)
        default: rows[id]?.deadLetter = try? DeadLetterDecoder.decode(record)
        }
    }

    private var sorted: [Row] {
        order.compactMap { rows[$0] }.enumerated().sorted { left, right in
            (rank(left.element), left.offset) < (rank(right.element), right.offset)
        }.map(\.element)
    }

    private func rank(_ row: Row) -> Int {
        row.finding?.priority.effective.rank ?? row.study.priority.rank
    }

    /// One JSON object a line and study: what was ordered, and the records as published.
    var json: String {
        sorted.map { row in
            var object = JSONObject()
            object["file"] = .string(row.study.name)
            object["event"] = .string(row.study.eventID)
            object["finding"] = row.finding?.json
            object["energy"] = row.energy?.json
            object["dead_letter"] = row.deadLetter?.json
            return JSONWriter.text(.object(object)) + "\n"
        }.joined()
    }

    /// The worklist for a person.
    var text: String {
        var table = TextTable([
            .init("study"), .init("priority"),
            .init("total ms", isNumber: true), .init("wait", isNumber: true),
            .init("read", isNumber: true), .init("batch", isNumber: true),
            .init("infer", isNumber: true), .init("publish", isNumber: true),
            .init("joules", isNumber: true), .init("from"),
        ])
        for row in sorted { table.add(cells(row), below: [outcome(row)]) }
        return table.text + notes
    }

    /// What became of a study, under its row: it is longer than a column may be.
    private func outcome(_ row: Row) -> String {
        if let letter = row.deadLetter { return "given up: \(letter.errorCode)" }
        return row.finding.map { FindingSummary($0).text } ?? "no outcome yet"
    }

    private func cells(_ row: Row) -> [String] {
        guard row.deadLetter == nil, let finding = row.finding else {
            return [row.study.name, row.study.priority.rawValue]
        }
        let time = finding.run.timeToNotification
        func milliseconds(_ parts: Duration?...) -> String {
            (parts.compactMap { $0 }.reduce(.zero, +).seconds * 1000).text(decimals: 1)
        }
        let reading = row.energy?.reading
        return [
            row.study.name, finding.priority.effective.rawValue,
            milliseconds(time.total), milliseconds(time.topic, time.queue),
            milliseconds(time.fetch, time.decode, time.preprocess), milliseconds(time.batch),
            milliseconds(time.infer, time.triage), milliseconds(time.publish),
            reading.map { $0.joules.value.text(decimals: 2) } ?? "–",
            reading?.method.rawValue ?? "–",
        ]
    }

    /// What the answers rest on, and what it means that there is none.
    private static func answerNotes(_ findings: [Finding]) -> [String] {
        var lines: [String] = []
        if let used = findings.lazy.compactMap(\.decision.calibration).first {
            let until = used.validUntil.map { " until \($0)" } ?? ""
            lines.append(
                "answers: by the calibration \(used.digest.hex.prefix(12)), which holds\(until); "
                    + "probabilities are calibrated. uncertain: between its two thresholds.")
        }
        let isAnyOutside = findings.contains {
            $0.findings.contains { $0.answer == .abstained([.outsideTrainingDomain]) }
        }
        if isAnyOutside {
            lines.append(
                "outside_training_domain: the image is unlike all that the model was trained on, "
                    + "so it rightly says nothing of it, and the order stands.")
        }
        return lines
    }

    /// What the numbers mean, once for the whole table.
    private var notes: String {
        let findings = rows.values.compactMap(\.finding)
        var lines = [
            "",
            "wait: in topic and queue; read: fetch, decode, normalise; all in milliseconds.",
        ]
        if let basis = rows.values.lazy.compactMap({ $0.energy?.basis }).first {
            lines.append("joules: \(basis)")
        }
        lines += Self.answerNotes(findings)
        if let model = findings.lazy.compactMap(\.assessed).first?.model, !model.isValidated {
            let state =
                model.trainedOn.map { "not validated, trained on \($0)" }
                ?? "untrained (random weights)"
            lines.append(
                "model: \(model.name), \(state), \"validated\": false. \(model.intendedUse)")
        }
        let broken = lines.flatMap { TextBreak.lines($0, width: TextTable.columnsMax) }
        return broken.joined(separator: "\n") + "\n"
    }
}

extension InboundRecord {
    /// The text of the last header of a name.
    fileprivate func text(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
