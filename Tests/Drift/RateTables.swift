import VigilCore

@testable import Quality

/// Rates of groups, of tables of counts that come a line each on standard input.
enum RateTables {
    static var json: JSONValue {
        var answers: [JSONValue] = []
        while let line = readLine() {
            guard let groups = (try? JSONParser.parse(Array(line.utf8)))?.objectValue else {
                continue
            }
            let counts = groups.members.reduce(into: [String: QualityCounts]()) {
                $0[$1.name] = Self.counts($1.value)
            }
            let telling = QualityFigures.Telling(smallBelow: 1, thinBelow: 1)
            answers.append(
                .object(
                    FairnessRate.allCases.reduce(into: JSONObject()) {
                        $0[$1.rawValue] = json(FairnessFigures($1, counts, telling))
                    }))
        }
        return .array(answers)
    }

    private static func counts(_ cells: JSONValue) -> QualityCounts {
        func studies(_ name: String) -> Int { cells[name]?.intValue ?? 0 }
        var counts = QualityCounts()
        counts.add(.flagged, .present, studies: studies("confirmed"))
        counts.add(.flagged, .absent, studies: studies("refuted"))
        counts.add(.notFlagged, .absent, studies: studies("cleared"))
        counts.add(.notFlagged, .present, studies: studies("missed"))
        counts.add(.notFlagged, .unknown, studies: studies("unspoken"))
        counts.add(.abstained, .unknown, studies: studies("abstained"))
        return counts
    }

    private static func json(_ figures: FairnessFigures) -> JSONValue {
        func numbers(_ gap: FairnessFigures.Gap?) -> JSONValue {
            gap.map {
                [
                    .number($0.value), .number($0.interval.lowerBound),
                    .number($0.interval.upperBound),
                ]
            } ?? .null
        }
        return [
            "by_group": .object(
                figures.groups.reduce(into: JSONObject()) {
                    $0[$1.name] = $1.told.rate.map { .number($0.value) }
                }),
            "overall": figures.all.rate.map { .number($0.value) } ?? .null,
            "from_others": .object(
                figures.groups.reduce(into: JSONObject()) { $0[$1.name] = numbers($1.fromOthers) }),
            "widest": numbers(figures.widest?.gap),
        ]
    }
}
