import Commands
import Quality
import VigilCore

/// Which streams have changed, for a person and for machines.
struct DriftReport {
    /// The strongest evidence first.
    let standings: [DriftStanding]
    let unfollowed: Int
    let findings: QualityReading.Tally
    /// Alarms that were published now; nil: nothing is.
    let published: Int?

    /// A person is shown so many without an alarm.
    private static let shownMax = 20

    func show(isJSON: Bool) {
        if isJSON {
            Terminal.line(JSONWriter.text(json))
        } else {
            Terminal.picture(text)
        }
    }

    private var notes: [String] {
        let share = (DriftMonitor.level * 100).text(decimals: 0)
        return [
            "The e-value is what 1 has become by betting that studies do not come in random "
                + "order. Without a change it reaches 20 with a probability of 5 % at most, ever. "
                + "An alarm stands where e-BH holds over all streams: at most \(share) % of them "
                + "are false.",
            "A change may be of patients, of the season, of machines or of the model: this does "
                + "not tell which. Since when is a guess.",
            "Not watched, since records of findings do not tell them: grey values, exposure, "
                + "matrix, tags, scanners and embeddings.",
        ]
    }

    private var text: String {
        var table = TextTable([
            .init("studies of"), .init("what"), .init("studies", isNumber: true),
            .init("e-value", isNumber: true), .init("since"), .init("alarm"),
        ])
        let raised = standings.filter { $0.alarm != nil }
        let others = standings.filter { $0.alarm == nil }
        for standing in raised + others.prefix(Self.shownMax) {
            table.add([
                standing.name.group.isEmpty ? "all" : standing.name.group,
                [standing.name.quantity.rawValue, standing.name.code].compactMap { $0 }
                    .joined(separator: " "),
                "\(standing.studies)", Self.shown(standing.evidence),
                standing.since.map { Self.shown($0) } ?? "–",
                standing.alarm.map { Self.shown($0.at) } ?? "no",
            ])
        }
        let hidden = max(0, others.count - Self.shownMax)
        let below =
            [
                "Streams: \(standings.count), \(raised.count) with an alarm"
                    + (hidden > 0 ? "; \(hidden) with less evidence are not shown" : ""),
                QualityReport.read("findings", findings),
            ]
            + (published.map { ["Alarms published now: \($0)"] } ?? [])
            + (unfollowed > 0 ? ["Numbers of streams beyond the bound: \(unfollowed)"] : [])
            + notes
        return table.text + "\n" + below.map(QualityReport.wrapped).joined()
    }

    /// Large ones as a power of ten.
    private static func shown(_ evidence: Double) -> String {
        evidence < 1000
            ? evidence.text(decimals: 2)
            : "10^" + (PortableMath.log(evidence) / PortableMath.log(10)).text(decimals: 1)
    }

    private static func shown(_ time: Timestamp) -> String { String(time.description.prefix(16)) }

    // MARK: For machines

    private var json: JSONValue {
        [
            "streams": .array(standings.map(Self.json)),
            "alarms": .integer(Int64(standings.count { $0.alarm != nil })),
            "published": published.map { .integer(Int64($0)) } ?? .null,
            "level": .number(DriftMonitor.level), "unfollowed": .integer(Int64(unfollowed)),
            "records": ["findings": QualityReport.json(findings)],
            "notes": .array(notes.map { .string($0) }),
        ]
    }

    private static func json(_ standing: DriftStanding) -> JSONValue {
        [
            "group": standing.name.group.isEmpty ? .null : .string(standing.name.group),
            "quantity": .string(standing.name.quantity.rawValue),
            "finding": standing.name.code.map { .string($0) } ?? .null,
            "studies": .integer(Int64(standing.studies)), "e_value": .number(standing.evidence),
            "since": standing.since.map { .string($0.description) } ?? .null,
            "calibrations": .array(standing.calibrations.map { .string($0.hex) }),
            "alarm": standing.alarm.map {
                [
                    "at": .string($0.at.description), "e_value": .number($0.evidence),
                    "bound": .number($0.bound), "since": .string($0.since.description),
                ]
            } ?? .null,
        ]
    }
}
