package import Signing
package import VigilCore

/// Which alarms stand, as their topic has it. An alarm stands until a person's signed decision
/// names its newest record; whatever is missing, cannot be read, was removed, or is signed by
/// nobody who is believed leaves it standing. Records can make calibrations abstain and nothing
/// else. Pure; records are taken in the order of their offsets.
package struct AlarmTable: Sendable, Hashable {
    /// Of so many alarms and of so many calibrations that they name.
    private static let entriesMax = 16_384
    private static let namesMax = 262_144

    /// A person's decision that is believed.
    package struct Cleared: Sendable, Hashable {
        package let clearance: AlarmClearance
        /// The key that signed it.
        package let signer: Digest
    }

    /// What is known of one alarm.
    package struct Entry: Sendable, Hashable {
        package let id: UUIDv5
        /// What it says; nil where its newest record is no alarm that can be read.
        package fileprivate(set) var alarm: QualityAlarm?
        /// The calibrations that its records named since it stands; nil: it may be any.
        package fileprivate(set) var calibrations: Set<Digest>?
        /// Of the newest record's value, and where it stands.
        package fileprivate(set) var record: Digest
        package fileprivate(set) var offset: Int64
    }

    private let keys: [VerifyingKey]
    /// By id, of those that ever had a record.
    package private(set) var entries: [UUIDv5: Entry] = [:]
    /// The newest decisions that are believed, by alarm, which may be unknown yet.
    private var decisions: [UUIDv5: Cleared] = [:]
    private var names = 0
    /// Whether more came than is remembered: then every calibration is alarmed.
    package private(set) var isCrowded = false

    /// Nothing was read, and nothing stands.
    ///
    /// - Parameter keys: those whose decisions are believed.
    package init(keys: [VerifyingKey]) { self.keys = keys }

    /// Takes a record of the topic.
    ///
    /// - Parameter alarm: what the record says as an alarm; nil: it is none that can be read.
    /// - Returns: what is wrong with it; nil of an alarm, and of a decision that is believed.
    package mutating func take(
        _ record: InboundRecord, as alarm: QualityAlarm?
    ) -> AlarmRefusal? {
        let name = record.key.flatMap { String(validating: $0, as: UTF8.self) }
        if let name, name.hasPrefix(AlarmClearance.keyPrefix) {
            let id = name.dropFirst(AlarmClearance.keyPrefix.count)
            return decide(UUIDv5(text: String(id)), record)
        }
        return raise(Self.id(record, name), record, alarm)
    }

    /// A person's decision of an alarm; nil: none that is believed names its newest record.
    package func cleared(_ entry: Entry) -> Cleared? {
        decisions[entry.id].flatMap { decision in
            let (offset, record) = (decision.clearance.offset, decision.clearance.record)
            return offset == entry.offset && record == entry.record ? decision : nil
        }
    }

    /// Alarms that no person has cleared, by their ids.
    package var standing: [Entry] { standing { _ in true } }

    private func standing(where isMeant: (Entry) -> Bool) -> [Entry] {
        entries.values.filter { cleared($0) == nil && isMeant($0) }
            .sorted { Self.isBefore($0.id, $1.id) }
    }

    /// Which of a worker's calibrations do not answer for a study.
    ///
    /// - Parameters:
    ///   - calibrations: the worker's.
    ///   - traits: what the study is, by the names of a calibration's columns; what is not known is
    ///     left out, and then alarms of any value hold.
    /// - Returns: in a fixed order, one of each calibration and finding at most.
    package func alarms(
        against calibrations: [Digest], traits: [String: String]
    ) -> [Finding.Alarm] {
        if isCrowded { return Self.unknown(calibrations) }
        let standing = standing { $0.mayConcern(traits) }
        return calibrations.flatMap { calibration in
            var named: Set<String?> = []
            let alarms = standing.compactMap { entry -> Finding.Alarm? in
                guard entry.calibrations?.contains(calibration) ?? true else { return nil }
                // Of one that cannot be read it is not known which finding it is of.
                let finding = entry.calibrations == nil ? nil : entry.alarm?.stream.code
                guard named.insert(finding).inserted else { return nil }
                return Finding.Alarm(
                    cause: Finding.Alarm.Cause(id: entry.id, record: entry.record),
                    calibration: calibration, finding: finding)
            }
            return alarms.filter { $0.finding == nil } + alarms.filter { $0.finding != nil }
        }
    }

    /// What holds while nobody knows which alarms stand.
    package static func unknown(_ calibrations: [Digest]) -> [Finding.Alarm] {
        calibrations.map { Finding.Alarm(cause: nil, calibration: $0, finding: nil) }
    }

    // MARK: Taking

    private mutating func raise(
        _ id: UUIDv5, _ record: InboundRecord, _ alarm: QualityAlarm?
    ) -> AlarmRefusal? {
        let known = entries[id]
        guard known != nil || entries.count < Self.entriesMax, names < Self.namesMax else {
            isCrowded = true
            return .crowded
        }
        // What an alarm named since it stands it still means, whatever its newest record says.
        var named: Set<Digest>? = []
        if let known, cleared(known) == nil { named = known.calibrations }
        let now = alarm.flatMap { alarm in named.map { $0.union(alarm.calibrations) } }
        names += (now?.count ?? 0) - (known?.calibrations?.count ?? 0)
        entries[id] = Entry(
            id: id, alarm: alarm, calibrations: now, record: Digest(of: record.value ?? []),
            offset: record.position.offset)
        guard alarm == nil else { return nil }
        return record.value == nil ? .alarmRemoved : .alarmUnreadable
    }

    private mutating func decide(_ id: UUIDv5?, _ record: InboundRecord) -> AlarmRefusal? {
        guard let id else { return .otherAlarm }
        // A compacted topic keeps the newest record alone: with it stands or falls what it says.
        decisions[id] = nil
        guard let value = record.value else { return .clearanceRemoved }
        do throws(AlarmRefusal) {
            let (clearance, signer) = try AlarmClearance.open(value, keys: keys)
            guard clearance.alarm == id else { return .otherAlarm }
            decisions[id] = Cleared(clearance: clearance, signer: signer)
            return nil
        } catch {
            return error
        }
    }

    /// What an alarm goes by: its key, or where that names none, an id made of the key.
    private static func id(_ record: InboundRecord, _ name: String?) -> UUIDv5 {
        if let id = name.flatMap({ UUIDv5(text: $0) }) { return id }
        let key = record.key.map { Digest(of: $0).hex } ?? ""
        return UUIDv5(namespace: .vigil, fields: ["quality-alarm-record", key])
    }

    private static func isBefore(_ first: UUIDv5, _ second: UUIDv5) -> Bool {
        first.bytes.lexicographicallyPrecedes(second.bytes)
    }
}

extension AlarmTable.Entry {
    /// Whether it may be of a study; one that cannot be read may be of any.
    fileprivate func mayConcern(_ traits: [String: String]) -> Bool {
        guard let alarm, calibrations != nil else { return true }
        return alarm.stream.mayConcern(traits)
    }
}

extension QualityAlarm.Stream {
    /// Whether a study may be one of those that the stream is of. Where the stream or the study
    /// does not tell it, it may.
    fileprivate func mayConcern(_ traits: [String: String]) -> Bool {
        // The model comes last, and its name may hold anything; calibrations are of one model.
        let parts = group.split(separator: ",").prefix { !$0.hasPrefix("model=") }
        return traits.allSatisfy { name, value in
            let told = parts.filter { $0.hasPrefix(name + "=") }
            // Of a value with these characters the group would tell a part.
            let isPlain = !value.contains { $0 == "," || $0 == "=" }
            guard told.count == 1, isPlain else { return true }
            return told[0] == "\(name)=\(value)"
        }
    }
}
