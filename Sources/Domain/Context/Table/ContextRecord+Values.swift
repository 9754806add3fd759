package import VigilCore

extension ContextRecord {
    /// One value that the record says, judged as the table judges it; nil where it says none.
    ///
    /// - Parameters:
    ///   - id: of the observation, as ``ContextSource/id`` has it.
    ///   - observed: when it was so of the patient.
    package func value(
        of item: ContextItem, id: UInt64, observed: Timestamp
    ) -> KnownValue? {
        guard case .statements(let said, _) = content else { return nil }
        for statement in said {
            guard case .used(let entry) = ContextJudge.judge(statement, record: self),
                entry.item == item, entry.id == id, entry.time == observed
            else { continue }
            return KnownValue(entry)
        }
        return nil
    }
}
