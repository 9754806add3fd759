internal import Control
internal import Signing
internal import VigilCore

/// Alarms that stand, and the calibrations that do not answer by them. Pure.
struct AlarmsSeen {
    private static let shownMax = 50

    private let keys: [VerifyingKey]
    private var table: AlarmTable

    /// Nothing was read yet.
    ///
    /// - Parameter keys: those whose decisions clear an alarm.
    init(keys: [VerifyingKey]) {
        self.keys = keys
        table = AlarmTable(keys: keys)
    }

    /// The topic is read from its beginning.
    mutating func forget() { table = AlarmTable(keys: keys) }

    /// Takes a record of the topic; what is wrong with one, workers and commands tell.
    mutating func take(_ record: InboundRecord, as alarm: QualityAlarm?) {
        _ = table.take(record, as: alarm)
    }

    /// Those that stand, the newest record first.
    var json: JSONValue {
        let standing = table.standing.sorted { $0.offset > $1.offset }
        var object = JSONObject()
        object["count"] = .integer(Int64(standing.count))
        object["crowded"] = .bool(table.isCrowded)
        object["shown"] = .array(standing.prefix(Self.shownMax).map { .object(Self.json($0)) })
        return .object(object)
    }

    private static func json(_ entry: AlarmTable.Entry) -> JSONObject {
        var object = JSONObject()
        object["alarm"] = .string(entry.id.safeText)
        if let alarm = entry.alarm {
            object["group"] =
                alarm.stream.group.isEmpty ? nil : .string(String(alarm.stream.group.prefix(200)))
            object["quantity"] = .string(String(alarm.stream.quantity.prefix(100)))
            object["finding"] = alarm.stream.code.map { .string(String($0.prefix(100))) }
            object["at"] = .integer(alarm.at.milliseconds)
        }
        // Left out: it may be any.
        object["calibrations"] = entry.calibrations.map { names in
            .array(names.map { String($0.hex.prefix(12)) }.sorted().map { .string($0) })
        }
        return object
    }
}
