import Quality
import VigilCore

extension FairnessReport {
    /// One object. What is not told is null, and `told` says why.
    var json: JSONValue {
        [
            "by": .string(grouping.name),
            "findings": .array(
                figures.map { code, rates in
                    ["finding": .string(code), "rates": .array(rates.map(Self.json))]
                }),
            "priorities_below_order": .array(
                lowered.map {
                    [
                        "group": $0.group.isEmpty ? .null : .string($0.group),
                        "studies": .integer(Int64($0.studies)),
                    ]
                }),
            "records": [
                "findings": QualityReport.json(findings), "feedback": QualityReport.json(feedback),
            ],
            "confidence": .number(telling.confidence),
            "small_below": .integer(Int64(telling.smallBelow)),
            "thin_below": .integer(Int64(telling.thinBelow)),
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    private static func json(_ figures: FairnessFigures) -> JSONValue {
        [
            "rate": .string(figures.rate.rawValue),
            "groups": .array(
                figures.groups.map {
                    var object = json($0.told)
                    object["group"] = $0.name.isEmpty ? .null : .string($0.name)
                    object["gap_to_others"] = $0.fromOthers.map(json) ?? .null
                    return .object(object)
                }),
            "all": .object(json(figures.all)),
            "widest": figures.widest.map {
                [
                    "greatest": $0.greatest.isEmpty ? .null : .string($0.greatest),
                    "least": $0.least.isEmpty ? .null : .string($0.least), "gap": json($0.gap),
                ]
            } ?? .null,
        ]
    }

    private static func json(_ told: FairnessFigures.Told) -> JSONObject {
        var object = JSONObject()
        switch told {
        case .hidden: object["told"] = "hidden"
        case .thin(let count):
            object["told"] = "unknown"
            object["of"] = .integer(Int64(count))
        case .known(let rate):
            object["told"] = "known"
            object["hits"] = .integer(Int64(rate.hits))
            object["of"] = .integer(Int64(rate.count))
            object["value"] = .number(rate.value)
            object["interval"] = QualityReport.json(rate.interval)
        }
        return object
    }

    private static func json(_ gap: FairnessFigures.Gap) -> JSONValue {
        ["value": .number(gap.value), "interval": QualityReport.json(gap.interval)]
    }
}
