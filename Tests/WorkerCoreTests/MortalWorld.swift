import SimulationKit
import VigilCore
import WorkerCore

/// Logs some of whose records kill the worker that works on them, workers that are also killed for
/// no reason or stopped in order, and what they leave in the commits.
struct MortalWorld {
    private enum Kind {
        case harmless
        /// Kills when it is worked on.
        case killer
        /// Kills when it is read as an event.
        case unreadable
    }

    private struct Place: Hashable {
        let partition: TopicPartition
        let offset: Int64
    }

    private var random: SimulationGenerator
    private var logs: [TopicPartition: [Kind]] = [:]
    private var committed: [TopicPartition: (nextOffset: Int64, metadata: String)] = [:]
    private var outcomes: [Place: [CrashTally.Verdict]] = [:]
    private var deathsAlone: [Place: Int] = [:]

    /// On the average a worker is killed for no reason after so many steps.
    private let killedEach: UInt64

    /// - Parameter hasKillers: whether some records kill.
    init(seed: UInt64, hasKillers: Bool = true, killedEach: UInt64 = 40) {
        random = SimulationGenerator(seed: seed)
        self.killedEach = killedEach
        for index in 0..<3 {
            let partition = TopicPartition(topic: "in", partition: Int32(index))
            logs[partition] = (0..<80).map { _ in
                switch random.next() % 40 {
                case 0 where hasKillers: .killer
                case 1 where hasKillers: .unreadable
                default: .harmless
                }
            }
            committed[partition] = (0, "")
        }
    }

    /// Whether every record has an outcome.
    var isDone: Bool { outcomes.count == logs.values.reduce(0) { $0 + $1.count } }

    /// How many records kill.
    var killers: Int { logs.values.reduce(0) { $0 + $1.count { $0 != .harmless } } }
    /// How often a worker ended for another reason.
    private(set) var strokes = 0

    /// What is not as it should be.
    var faults: [String] {
        outcomes.flatMap { place, ways -> [String] in
            let kind = logs[place.partition]?[Int(place.offset)] ?? .harmless
            let name = "\(place.partition.partition)/\(place.offset)"
            var faults: [String] = []
            if ways.count != 1 { faults.append("\(name): \(ways.count) outcomes") }
            let isGivenUp = ways.contains { $0 == .condemned || $0 == .unreadable }
            if isGivenUp != (kind != .harmless) { faults.append("\(name): \(kind), \(ways)") }
            if isGivenUp, deathsAlone[place, default: 0] < CrashTally.aloneMax {
                faults.append("\(name): given up after \(deathsAlone[place, default: 0]) deaths")
            }
            return faults
        }
    }

    // MARK: One life

    private var ledgers: [TopicPartition: OffsetLedger] = [:]
    private var unread: [TopicPartition: Int64] = [:]
    private var open: [Place] = []
    private var probation = Probation()

    /// A worker's life, from its start until it dies, is stopped or has nothing left to do.
    mutating func live() {
        start()
        for _ in 0..<600 {
            guard !isDone else { return }
            if isKilled(each: killedEach) { return }
            if isKilled(each: 60) { return stop() }
            guard probation.isOver ? work() : tryAlone() else { return }
        }
    }

    private mutating func isKilled(each steps: UInt64) -> Bool {
        let isHit = random.next() % steps == 0
        if isHit { strokes += 1 }
        return isHit
    }

    private mutating func start() {
        (open, probation) = ([], Probation())
        var before: [TopicPartition: CrashTally] = [:]
        for (partition, commit) in committed {
            var ledger = OffsetLedger(nextOffset: commit.nextOffset, metadata: commit.metadata)
            let tally = ledger.tally?.asFound ?? CrashTally(offset: commit.nextOffset)
            if commit.nextOffset < Int64(logs[partition]?.count ?? 0) {
                before[partition] = tally
                ledger.tally = tally.started
            }
            ledgers[partition] = ledger
            unread[partition] = commit.nextOffset
            committed[partition] = ledger.committable
        }
        probation.assign(before)
    }

    private mutating func stop() {
        for (partition, tally) in probation.countsBefore(Array(ledgers.keys)) {
            set(tally, of: partition)
        }
    }

    private mutating func set(_ tally: CrashTally, of partition: TopicPartition) {
        guard ledgers[partition]?.committable.nextOffset == tally.offset else { return }
        ledgers[partition]?.tally = tally.isEmpty ? nil : tally
        committed[partition] = ledgers[partition]?.committable
    }

    /// The next record of a partition that is not done, if there is one.
    private mutating func read(_ partition: TopicPartition) -> Place? {
        guard let end = logs[partition]?.count else { return nil }
        while let offset = unread[partition], offset < Int64(end) {
            unread[partition] = offset + 1
            if ledgers[partition]?.shouldSkip(offset) == false {
                return Place(partition: partition, offset: offset)
            }
        }
        return nil
    }

    /// Takes records in and works on one of them. False when the worker dies.
    private mutating func work() -> Bool {
        guard takeSteps() else { return false }
        for partition in logs.keys.sorted(by: { $0.partition < $1.partition }) {
            while open.count < 48, probation.wants(partition), let place = read(partition) {
                if probation.keeps(partition) {
                    probation.keep(Self.record(place))
                } else {
                    guard take(place) else { return false }
                }
            }
        }
        guard !open.isEmpty else { return true }
        // Every other killer is urgent, and goes first.
        let urgent = open.firstIndex { kind($0) == .killer && $0.offset % 2 == 0 }
        let place = open.remove(at: urgent ?? Int(random.next() % UInt64(open.count)))
        if kind(place) == .killer { return false }
        commit(place, .clear)
        return true
    }

    /// Takes the next step of partitions that are read so. False when the worker dies.
    private mutating func takeSteps() -> Bool {
        let busy = Set(open.map(\.partition))
        for partition in probation.stepped {
            if unread[partition] == Int64(logs[partition]?.count ?? 0) {
                probation.reachedEnd(of: partition)
            }
        }
        let (records, free) = probation.nextStep { !busy.contains($0) }
        for partition in free { ledgers[partition]?.isSuspect = false }
        return records.allSatisfy { take(Self.place(of: $0)) }
    }

    /// Reads a record as an event. False when the worker dies.
    private mutating func take(_ place: Place) -> Bool {
        ledgers[place.partition]?.begin(place.offset)
        open.append(place)
        return kind(place) != .unreadable
    }

    private func kind(_ place: Place) -> Kind {
        logs[place.partition]?[Int(place.offset)] ?? .harmless
    }

    private mutating func commit(_ place: Place, _ verdict: CrashTally.Verdict) {
        ledgers[place.partition]?.complete(place.offset)
        committed[place.partition] = ledgers[place.partition]?.committable
        outcomes[place, default: []].append(verdict)
    }

    /// Tries a suspect. False when the worker dies.
    private mutating func tryAlone() -> Bool {
        for partition in logs.keys where probation.wants(partition) {
            if let place = read(partition) {
                probation.keep(Self.record(place))
            } else {
                probation.reachedEnd(of: partition)
            }
        }
        let known = ledgers
        guard
            let (record, tally) = probation.next(where: { place in
                known[place.topicPartition]?.shouldSkip(place.offset) == false
            })
        else {
            return (probation.end() ?? []).allSatisfy { take(Self.place(of: $0)) }
        }
        let place = Self.place(of: record)
        guard standStill(before: place, tally) else { return false }
        set(tally.started.triedAlone, of: place.partition)
        // A death for another reason counts when it falls here.
        if isKilled(each: killedEach) {
            deathsAlone[place, default: 0] += 1
            return false
        }
        ledgers[place.partition]?.begin(place.offset)
        probation.begin(StudyTicket(number: 1), record)
        let dies =
            switch tally.verdict {
            case .clear, .suspect: kind(place) != .harmless
            case .condemned: kind(place) == .unreadable
            case .unreadable: false
            }
        if dies {
            deathsAlone[place, default: 0] += 1
            return false
        }
        commit(place, tally.verdict)
        probation.passed()
        for partition in probation.stepped { ledgers[partition]?.isSuspect = true }
        return true
    }

    /// Stands still, for many times as long as a trial is, before a record at which one died alone.
    /// False when the worker dies meanwhile.
    private mutating func standStill(before place: Place, _ tally: CrashTally) -> Bool {
        guard tally.wantsStandStill else { return true }
        set(tally.standingStill, of: place.partition)
        return !(0..<16).contains { _ in isKilled(each: killedEach) }
    }

    private static func place(of record: InboundRecord) -> Place {
        Place(partition: record.position.topicPartition, offset: record.position.offset)
    }

    private static func record(_ place: Place) -> InboundRecord {
        InboundRecord(
            position: RecordPosition(
                topic: place.partition.topic, partition: place.partition.partition,
                offset: place.offset),
            key: nil, value: [], headers: [], timestamp: nil)
    }
}
