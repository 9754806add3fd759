import Quality
import VigilCore

extension QualityReport {
    /// One object. A count that is not told is `{"from": …, "to": …}`, a share that is unknown is
    /// null.
    var json: JSONValue {
        var object = JSONObject()
        object["by"] = grouping.map { .string($0.name) } ?? .null
        object["groups"] = .array(groups.map(Self.json))
        object["studies"] = Self.object(table.studies.shown(bound: telling.smallBelow))
        object["records"] = ["findings": Self.json(findings), "feedback": Self.json(feedback)]
        object["confidence"] = .number(telling.confidence)
        object["small_below"] = .integer(Int64(telling.smallBelow))
        object["thin_below"] = .integer(Int64(telling.thinBelow))
        object["notes"] = .array(notes.map { .string($0) })
        return .object(object)
    }

    private static func json(
        _ group: (name: String, findings: [(code: String, figures: QualityFigures)])
    ) -> JSONValue {
        [
            "group": group.name.isEmpty ? .null : .string(group.name),
            "findings": .array(group.findings.map { json($0.code, $0.figures) }),
        ]
    }

    private static func json(_ code: String, _ figures: QualityFigures) -> JSONValue {
        [
            "finding": .string(code),
            "answers": object([
                ("studies", figures.studies), ("flagged", figures.flagged),
                ("not_flagged", figures.notFlagged), ("abstained", figures.abstained),
            ]),
            "truths": object([
                ("studies", figures.withTruth), ("flagged_present", figures.confirmed),
                ("flagged_absent", figures.refuted), ("not_flagged_absent", figures.cleared),
                ("not_flagged_present", figures.missed),
                ("abstained_present", figures.missedAbstained), ("disputed", figures.disputed),
            ]),
            "share_without_truth": figures.withoutTruth.map(json) ?? .null,
            "ppv": figures.predictiveValue.map(json) ?? .null,
            "sensitivity": json(figures.sensitivity),
            "sensitivity_abstained_as_missed": figures.sensitivityOfAll.map {
                ["bounds": json($0)]
            } ?? .null,
            "specificity": json(figures.specificity),
        ]
    }

    /// What a topic's records came to.
    static func json(_ tally: QualityReading.Tally) -> JSONValue {
        let refused = tally.refused.sorted { $0.key < $1.key }
        return [
            "read": .integer(Int64(tally.read)),
            "refused": .object(
                refused.reduce(into: JSONObject()) { $0[$1.key] = .integer(Int64($1.value)) }),
        ]
    }

    private static func object(_ counts: [(name: String, count: ShownCount)]) -> JSONValue {
        .object(counts.reduce(into: JSONObject()) { $0[$1.name] = json($1.count) })
    }

    private static func json(_ count: ShownCount) -> JSONValue {
        if let exact = count.exact { return .integer(Int64(exact)) }
        return [
            "from": .integer(Int64(count.range.lowerBound)),
            "to": .integer(Int64(count.range.upperBound)),
        ]
    }

    /// An interval, its ends.
    static func json(_ range: ClosedRange<Double>) -> JSONValue {
        [.number(range.lowerBound), .number(range.upperBound)]
    }

    private static func json(_ share: QualityFigures.Share) -> JSONValue {
        ["value": share.value.map { .number($0) } ?? .null, "interval": json(share.interval)]
    }

    private static func json(_ share: QualityFigures.Bounded) -> JSONValue {
        switch share {
        case .unknown: .null
        case .within(let bounds): ["bounds": json(bounds)]
        case .known(let share): json(share)
        }
    }
}
