internal import VigilCore

extension TriagePolicy {
    /// The policy for what a model is asked: every question finds its row, or the worker does not
    /// start.
    ///
    /// Whose threshold counts: that of the policy file for this head, else the head's own, else
    /// that of the row. Whose priority: that of the policy file for this head, else the row's.
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
    /// Refuses rules for heads that are not loaded: a threshold that nobody obeys.
    /// - Parameter loaded: the names of the adapters with a head.
    package func checkHeads(loaded: Set<String>) throws(TriageError) {
        guard let file,
            let head = heads.keys.compactMap(\.head).filter({ !loaded.contains($0) }).min()
        else { return }
        throw .unknownHead(
            .given(head), file: file, loaded: SafeText.list(loaded.sorted().map { .given($0) }))
    }

    /// The operating point of a question, under its own code.
    fileprivate func point(
        of question: FindingQuestion, _ row: Row
    ) throws(TriageError) -> OperatingPoint? {
        let key = SitePolicy.Key(code: row.code, head: question.head)
        let rule = question.head == nil ? nil : heads[key]
        let name = OperatingPoint.key(code: question.code, head: question.head)
        if let file, question.operatingPoint != nil, rule?.threshold == nil,
            row.thresholdFrom != .table
        {
            throw .thresholdOfHead(.given(name), code: .given(row.code), file: file)
        }
        let priority = rule?.priority ?? row.priority
        if let stated = question.statedPriority, stated != priority, rule?.priority == nil,
            row.priorityFrom == .table
        {
            throw .priorityOfHead(.given(name), says: stated, table: priority)
        }
        return OperatingPoint(
            code: name,
            threshold: rule?.threshold ?? question.operatingPoint ?? row.threshold,
            priority: priority)
    }
}
