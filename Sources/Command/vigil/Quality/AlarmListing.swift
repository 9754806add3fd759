import Commands
import Control
import VigilCore

/// Alarms and how each stands, as text and as JSON.
struct AlarmListing {
    private let table: AlarmTable
    private let refused: [(position: RecordPosition, reason: AlarmRefusal)]

    init(
        _ table: AlarmTable, _ refused: [(position: RecordPosition, reason: AlarmRefusal)]
    ) {
        self.table = table
        self.refused = refused
    }

    func show(isJSON: Bool) {
        guard !isJSON else { return Terminal.line(JSONWriter.text(json)) }
        Terminal.out(text)
        if entries.isEmpty { Terminal.line("No alarm was ever published here.") }
        if table.isCrowded {
            Terminal.line(
                "There are more alarms than workers remember: none of their calibrations answers.")
        }
        for (position, reason) in refused {
            Terminal.line("offset \(position.offset): \(reason.rawValue)")
        }
    }

    /// Those that stand first, the newest record first.
    private var entries: [AlarmTable.Entry] {
        table.entries.values.sorted {
            let (first, second) = (table.cleared($0) == nil, table.cleared($1) == nil)
            return first == second ? $0.offset > $1.offset : first
        }
    }

    private var text: String {
        var out = TextTable([.init("alarm"), .init("standing"), .init("raised"), .init("what")])
        for entry in entries {
            let cleared = table.cleared(entry)
            let stream = entry.alarm?.stream
            out.add(
                [
                    entry.id.safeText, cleared == nil ? "stands" : "cleared",
                    entry.alarm.map { String($0.at.description.prefix(16)) } ?? "?",
                    stream.map {
                        [$0.quantity, $0.code].compactMap { $0 }.joined(separator: " ")
                    } ?? "cannot be read",
                ],
                below: [
                    "of " + (stream.map { $0.group.isEmpty ? "all studies" : $0.group } ?? "any"),
                    "calibrations: " + Self.names(entry),
                ] + (cleared.map { [Self.decision($0)] } ?? []))
        }
        return out.text
    }

    private static func names(_ entry: AlarmTable.Entry) -> String {
        guard let calibrations = entry.calibrations else { return "every one, until it is cleared" }
        return calibrations.isEmpty
            ? "none"
            : calibrations.map { String($0.hex.prefix(12)) }.sorted().joined(separator: ", ")
    }

    private static func decision(_ cleared: AlarmTable.Cleared) -> String {
        let clearance = cleared.clearance
        return "cleared \(clearance.issued.description.prefix(19))Z by key "
            + "\(cleared.signer.hex.prefix(12)): \(clearance.reason)"
    }

    // MARK: For machines

    private var json: JSONValue {
        [
            "alarms": .array(entries.map { .object(json($0)) }),
            "standing": .integer(Int64(table.standing.count)), "crowded": .bool(table.isCrowded),
            "refused": .array(
                refused.map {
                    [
                        "offset": .integer($0.position.offset),
                        "reason": .string($0.reason.rawValue),
                    ]
                }),
        ]
    }

    private func json(_ entry: AlarmTable.Entry) -> JSONObject {
        var object = JSONObject()
        let cleared = table.cleared(entry)
        object["alarm"] = .string(entry.id.safeText)
        object["standing"] = .string(cleared == nil ? "stands" : "cleared")
        object["offset"] = .integer(entry.offset)
        object["record"] = .string(entry.record.hex)
        if let alarm = entry.alarm {
            object["group"] = alarm.stream.group.isEmpty ? nil : .string(alarm.stream.group)
            object["quantity"] = .string(alarm.stream.quantity)
            object["finding"] = alarm.stream.code.map { .string($0) }
            object["e_value"] = .number(alarm.evidence.value)
            object["since"] = .string(alarm.since.description)
            object["at"] = .string(alarm.at.description)
        }
        object["calibrations"] = entry.calibrations.map { names in
            .array(names.map(\.hex).sorted().map { .string($0) })
        }
        object["cleared"] = cleared.map {
            [
                "at": .string($0.clearance.issued.description),
                "key": .string($0.signer.hex), "reason": .string($0.clearance.reason),
            ]
        }
        return object
    }
}
