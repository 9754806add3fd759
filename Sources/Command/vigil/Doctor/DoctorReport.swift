import Commands
import VigilCore

/// What `vigil doctor` has found, for people and for machines.
struct DoctorReport {
    let outcomes: [DoctorRound.Outcome]
    let duration: Duration

    private func count(_ grade: DoctorVerdict.Grade) -> Int {
        outcomes.count { $0.verdict.grade == grade }
    }

    /// 0 unless something fails; then what is wrong, or that brokers alone are out of reach.
    var exitCode: ExitCode {
        let failed = outcomes.filter { $0.verdict.grade == .fail }.map(\.check.rawValue)
        if failed.isEmpty { return .ok }
        return failed == [BrokerCheck.reachable.rawValue] ? .unavailable : .config
    }

    /// A table, and a line with the sum of it.
    var text: String {
        var table = TextTable([.init("check"), .init("verdict"), .init("found")])
        for outcome in outcomes {
            let verdict = outcome.verdict
            table.add(
                [outcome.check.rawValue, verdict.grade.rawValue, verdict.found.text],
                below: [verdict.remedy].compactMap { $0.map { "→ \($0)" } })
        }
        let sums = DoctorVerdict.Grade.allCases.map { "\(count($0)) \($0.rawValue)" }
        return table.text + "\n\(outcomes.count) checks in "
            + "\(duration.seconds.text(decimals: 1)) s: \(sums.joined(separator: ", "))\n"
    }

    var json: JSONValue {
        var object = JSONObject()
        object["version"] = .string(BuildVersion.current.description)
        object["seconds"] = .number(duration.seconds)
        for grade in DoctorVerdict.Grade.allCases {
            object[grade.rawValue] = .integer(Int64(count(grade)))
        }
        object["checks"] = .array(outcomes.map(Self.json))
        return .object(object)
    }

    private static func json(_ outcome: DoctorRound.Outcome) -> JSONValue {
        [
            "name": .string(outcome.check.rawValue), "group": .string(outcome.group),
            "verdict": .string(outcome.verdict.grade.rawValue),
            "found": .string(outcome.verdict.found.text),
            "remedy": outcome.verdict.remedy.map { .string($0.text) } ?? .null,
            "seconds": outcome.duration.map { .number($0.seconds) } ?? .null,
        ]
    }
}
