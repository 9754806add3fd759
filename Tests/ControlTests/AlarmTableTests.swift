import Control
import Signing
import Testing
import VigilCore

@Suite("Which alarms stand, as the records of their topic say")
struct AlarmTableTests {
    private let key: SigningKey
    private var table: AlarmTable
    private var offset: Int64 = 0
    private let used = Digest(of: [1])

    init() throws {
        key = try SigningKey.make()
        table = AlarmTable(keys: [key.verifying])
    }

    private func alarm(
        _ code: String? = "nodule", group: String = "", against: [Digest]? = nil, value: Double = 9
    ) -> QualityAlarm {
        QualityAlarm(
            stream: QualityAlarm.Stream(group: group, quantity: "score", code: code),
            evidence: QualityAlarm.Evidence(value: value, bound: 8, level: 0.05, studies: 99),
            since: Timestamp(milliseconds: 1), at: Timestamp(milliseconds: 2),
            calibrations: against ?? [used])
    }

    private func record(_ key: String, _ value: [UInt8]?, at offset: Int64) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(topic: "alarms", partition: 0, offset: offset),
            key: Array(key.utf8), value: value, headers: [], timestamp: nil)
    }

    /// What an alarm's record says in these tests: nothing but how sure it is.
    private func bytes(_ alarm: QualityAlarm) -> [UInt8] { Array("\(alarm.evidence.value)".utf8) }

    @discardableResult
    private mutating func raise(_ alarm: QualityAlarm) -> UUIDv5 {
        let id = QualityAlarm.id(of: alarm.stream)
        defer { offset += 1 }
        #expect(table.take(record(id.safeText, bytes(alarm), at: offset), as: alarm) == nil)
        return id
    }

    private mutating func take(_ key: String, _ value: [UInt8]?) -> AlarmRefusal? {
        defer { offset += 1 }
        return table.take(record(key, value, at: offset), as: nil)
    }

    private func clearance(
        of alarm: QualityAlarm, at offset: Int64, by other: SigningKey? = nil
    ) throws -> [UInt8] {
        try AlarmClearance(
            alarm: QualityAlarm.id(of: alarm.stream), record: Digest(of: bytes(alarm)),
            offset: offset, issued: Timestamp(milliseconds: 3), reason: "a test"
        ).signed(by: other ?? key)
    }

    private mutating func clear(
        _ alarm: QualityAlarm, at offset: Int64, by other: SigningKey? = nil
    ) throws -> AlarmRefusal? {
        take(
            "cleared/" + QualityAlarm.id(of: alarm.stream).safeText,
            try clearance(of: alarm, at: offset, by: other))
    }

    private func alarms(_ traits: [String: String] = [:]) -> [Finding.Alarm] {
        table.alarms(against: [used], traits: traits)
    }

    @Test("before any record nothing stands")
    func empty() {
        #expect(table.standing.isEmpty && alarms().isEmpty)
    }

    @Test("an alarm stands against the calibrations and the finding that it names, and no other")
    mutating func stands() {
        let id = raise(alarm())
        let told = alarms()
        #expect(told.map(\.cause?.id) == [id] && told.map(\.calibration) == [used])
        #expect(told[0].concerns(used, code: "nodule", head: nil))
        #expect(!told[0].concerns(used, code: "nodule", head: "probe"))
        #expect(!told[0].concerns(used, code: "mass", head: nil))
        #expect(table.alarms(against: [Digest(of: [2])], traits: [:]).isEmpty)
        raise(alarm("mass/probe"))
        #expect(alarms().contains { $0.concerns(used, code: "mass", head: "probe") })
        // Of the whole study: every finding.
        raise(alarm(nil))
        #expect(alarms()[0].concerns(used, code: "anything", head: "any"))
    }

    @Test("an alarm of some studies is none of others, and is one of what is not told")
    mutating func strata() {
        raise(alarm(group: "site=north,view=PA,modality=DX,model=m,view=LL@00"))
        let study = ["site": "north", "view": "PA", "modality": "DX"]
        #expect(alarms(study).count == 1 && alarms().count == 1)
        for (name, value) in study {
            var other = study
            other[name] = value + "x"
            #expect(alarms(other).isEmpty, "\(name)")
            other[name] = nil
            #expect(alarms(other).count == 1, "\(name)")
            // A group would tell a part of such a name.
            other[name] = value + ",x"
            #expect(alarms(other).count == 1, "\(name)")
        }
        raise(alarm(group: "site=a,site=b"))
        #expect(alarms(["site": "c"]).count == 1, "a group that cannot be read is of any study")
    }

    @Test("a person's signed decision clears the record that it names, and no newer one")
    mutating func clears() throws {
        let first = alarm()
        raise(first)
        #expect(try clear(first, at: 0) == nil)
        #expect(table.standing.isEmpty && alarms().isEmpty)
        let entry = try #require(table.entries.values.first)
        #expect(table.cleared(entry)?.signer == key.verifying.id)
        #expect(table.cleared(entry)?.clearance.reason == "a test")
        // The same bytes once more are another alarm, and the decision told again is of the first.
        raise(first)
        #expect(alarms().count == 1)
        #expect(try clear(first, at: 0) == nil)
        #expect(alarms().count == 1)
        #expect(try clear(first, at: 2) == nil)
        #expect(alarms().isEmpty)
        raise(alarm(value: 10))
        #expect(alarms().count == 1)
    }

    @Test("a decision that comes before its alarm counts once that is there")
    mutating func before() throws {
        let first = alarm()
        #expect(try clear(first, at: 1) == nil)
        raise(first)
        #expect(table.standing.isEmpty)
        raise(alarm("mass"))
        #expect(table.standing.count == 1)
    }

    @Test("twice the same alarm is one, which the decision of the newest record clears")
    mutating func twice() throws {
        raise(alarm())
        raise(alarm())
        #expect(table.standing.count == 1)
        #expect(try clear(alarm(), at: 0) == nil)
        #expect(table.standing.count == 1)
        #expect(try clear(alarm(), at: 1) == nil)
        #expect(table.standing.isEmpty)
    }

    @Test("what is not signed, by another, of another alarm or removed clears nothing")
    mutating func forged() throws {
        let first = alarm()
        let id = raise(first)
        let place = "cleared/" + id.safeText
        let good = try clearance(of: first, at: 0)
        #expect(take(place, Array("it".utf8)) == .clearanceUnreadable)
        #expect(take(place, Array(#"{"schema":"x"}"#.utf8)) == .unsigned)
        #expect(take(place, nil) == .clearanceRemoved)
        #expect(try clear(first, at: 0, by: SigningKey.make()) == .unknownKey)
        #expect(take(place, try clearance(of: alarm("mass"), at: 0)) == .otherAlarm)
        #expect(take("cleared/it", good) == .otherAlarm)
        var changed = good
        let end = try #require(changed.lastIndex(of: UInt8(ascii: "\"")))
        changed[end - 4] ^= 1
        #expect(take(place, changed) != nil)
        let order = try ControlOrder(
            .run, .all, sequence: 1, issued: Timestamp(milliseconds: 1), reason: ""
        ).signed(by: key)
        #expect(take(place, order) == .otherPayload)
        #expect(alarms().count == 1)
        // What overwrites a decision takes it back: a compacted topic would have nothing else.
        #expect(take(place, good) == nil)
        #expect(alarms().isEmpty)
        #expect(take(place, Array("{}".utf8)) != nil)
        #expect(alarms().count == 1)
    }

    @Test("a record that is no alarm, or was removed, counts against every calibration and study")
    mutating func unreadable() throws {
        let first = alarm(group: "view=PA")
        let id = raise(first)
        #expect(alarms(["view": "LL"]).isEmpty)
        #expect(take(id.safeText, nil) == .alarmRemoved)
        #expect(alarms(["view": "LL"]).map(\.finding) == [nil])
        // What it once was against is not known again before a person has looked.
        raise(first)
        #expect(alarms(["view": "LL"]).map(\.finding) == [nil])
        #expect(try clear(first, at: 2) == nil)
        #expect(alarms().isEmpty)
        #expect(take("no id at all", Array("{".utf8)) == .alarmUnreadable)
        let other = try #require(table.standing.first)
        #expect(alarms().map(\.cause?.id) == [other.id] && other.calibrations == nil)
        let clearance = AlarmClearance(
            alarm: other.id, record: other.record, offset: other.offset,
            issued: Timestamp(milliseconds: 1), reason: "")
        #expect(
            take(String(decoding: clearance.key, as: UTF8.self), try clearance.signed(by: key))
                == nil)
        #expect(alarms().isEmpty)
    }

    @Test("an alarm that names less than before still means what it named")
    mutating func narrowed() {
        raise(alarm())
        raise(alarm(against: []))
        #expect(alarms().count == 1)
    }

    @Test("beyond what is remembered every calibration is alarmed, and memory does not grow")
    mutating func crowded() {
        var refusals: Set<AlarmRefusal> = []
        for number in 0..<20_000 {
            let alarm = alarm("f\(number)", against: [Digest(of: [2])])
            let id = QualityAlarm.id(of: alarm.stream)
            if let refusal = table.take(
                record(id.safeText, bytes(alarm), at: Int64(number)), as: alarm)
            {
                refusals.insert(refusal)
            }
        }
        #expect(refusals == [.crowded] && table.isCrowded && table.entries.count < 20_000)
        #expect(alarms().map(\.cause) == [nil] && alarms()[0].concerns(used, code: "x", head: nil))
    }

    @Test("in any order of an alarm, its decision and other alarms the same stands in the end")
    func orders() throws {
        let (first, second) = (alarm(), alarm("mass"))
        let records: [(InboundRecord, QualityAlarm?)] = [
            (record(QualityAlarm.id(of: first.stream).safeText, bytes(first), at: 0), first),
            (record(QualityAlarm.id(of: second.stream).safeText, bytes(second), at: 1), second),
            (
                record(
                    "cleared/" + QualityAlarm.id(of: first.stream).safeText,
                    try clearance(of: first, at: 0), at: 2), nil
            ),
        ]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var table = AlarmTable(keys: [key.verifying])
            for place in order {
                #expect(table.take(records[place].0, as: records[place].1) == nil)
            }
            #expect(table.standing.map(\.id) == [QualityAlarm.id(of: second.stream)])
        }
    }
}
