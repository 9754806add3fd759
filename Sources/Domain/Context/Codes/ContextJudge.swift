internal import VigilCore

/// Decides whether a statement is used, and in the item's unit. Total, and the same for the same
/// statement whenever it is asked: nothing but the record is looked at.
enum ContextJudge {
    /// What becomes of a statement.
    enum Verdict: Sendable {
        case used(ContextEntry)
        case refused(ContextRefusal)
    }

    /// How much earlier than its record a result's clock may lie behind, and no more.
    static let clockSkew: Duration = .seconds(900)

    /// What a statement says, or why it is not used.
    static func judge(
        _ statement: ContextStatement, record: ContextRecord
    ) -> Verdict {
        guard statement.status.isResult else { return .refused(withoutResult(statement.status)) }
        guard let meaning = ContextCodes.meaning(statement.codings) else {
            return .refused(statement.codings.isEmpty ? .noCode : .unknownCode)
        }
        let scale = ContextScale.of(meaning.item)
        guard (scale.unit == .none) == (statement.kind == .presence) else {
            return .refused(.unknownCode)
        }
        var value = 1.0
        if statement.kind == .observation {
            guard let quantity = statement.quantity, quantity.value.isFinite else {
                return .refused(.noValue)
            }
            guard let converted = scale.unit.converted(quantity.value, from: quantity.unit) else {
                return .refused(.unknownUnit)
            }
            value = converted * meaning.factor
        }
        // NaN and infinities lie in no bounds.
        guard scale.bounds.contains(value) else { return .refused(.impossibleValue) }
        guard let effective = statement.effective else { return .refused(.noTime) }
        if let written = record.written, effective > written.later(by: clockSkew) {
            return .refused(.inFuture)
        }
        return .used(
            ContextEntry(
                item: meaning.item, value: value, time: effective,
                version: ContextVersion(statement), id: ContextIdentity.hash(statement.id),
                resource: ContextIdentity.hash(statement.resource),
                record: ContextIdentity.hash(record.id), position: record.position))
    }

    private static func withoutResult(_ status: ObservationStatus) -> ContextRefusal {
        status == .unknown ? .unknownStatus : .noValue
    }
}
