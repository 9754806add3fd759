internal import VigilCore

extension TriagePolicy {
    /// The policy for what a model is asked: every question finds its row, or the worker does not
    /// start.
    ///
    /// A head's own threshold counts, else that of the row; the priority is the row's.
    ///
    /// - Throws: ``TriageError`` for codes that no row goes by, and for heads and rows that say
    ///   different things.
    package init(
        _ questions: [FindingQuestion], rules: TriageRules, deadlines: ClinicalDeadlines,
        unvalidatedMayRaise: Bool
    ) throws(TriageError) {
        let unknown = questions.filter { rules.row(of: $0.code) == nil }
        if let first = unknown.first {
            let same = unknown.filter { $0.place == first.place }
            throw .unknownCodes(
                SafeText.list(same.map { .given($0.code) }), place: first.place,
                count: same.count)
        }
        var points = rules.rows.compactMap {
            OperatingPoint(code: $0.code, threshold: $0.threshold, priority: $0.priority)
        }
        for question in questions {
            guard let row = rules.row(of: question.code) else { continue }
            if let point = try rules.point(of: question, row) { points.append(point) }
        }
        self.init(
            version: rules.version, operatingPoints: points, deadlines: deadlines,
            unvalidatedMayRaise: unvalidatedMayRaise)
    }
}

extension TriageRules {
    /// The operating point of a question, under its own code.
    fileprivate func point(
        of question: FindingQuestion, _ row: Row
    ) throws(TriageError) -> OperatingPoint? {
        let name = OperatingPoint.key(code: question.code, head: question.head)
        if let stated = question.statedPriority, stated != row.priority {
            throw .priorityOfHead(.given(name), says: stated, table: row.priority)
        }
        return OperatingPoint(
            code: name, threshold: question.operatingPoint ?? row.threshold,
            priority: row.priority)
    }
}

extension SafeText {
    /// What an operator wrote, on one line and not too long.
    static func given(_ text: String) -> SafeText {
        let short = text.count > 80 ? String(text.prefix(79)) + "…" : text
        return SafeText(operatorProvided: VisibleText.escaped(short))
    }

    /// Texts with commas between; of more than eight the first ones and how many more.
    static func list(_ texts: [SafeText]) -> SafeText {
        let shown = texts.prefix(8).map(\.text).joined(separator: ", ")
        let rest = texts.count - 8
        return SafeText(operatorProvided: rest > 0 ? "\(shown) and \(rest) more" : shown)
    }
}
