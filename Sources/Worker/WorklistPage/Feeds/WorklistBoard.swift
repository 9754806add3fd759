internal import Synchronization
internal import VigilCore
internal import Wire

/// What all readers of the page are shown. Any thread.
final class WorklistBoard: Sendable {
    private struct State {
        var table: WorklistTable
        var energy = EnergyHour()
        var models = ModelsSeen()
        /// Nil where alarms are not shown.
        var alarms: AlarmsSeen?
        /// Records that did not read.
        var unreadable = 0
    }

    private let state: Mutex<State>
    private let clock: any VigilClock
    /// Names this process, since numbers of changes begin anew with it.
    let epoch: String

    /// - Parameter alarms: before any was read; nil where they are not shown.
    init(bounds: WorklistTable.Bounds, alarms: AlarmsSeen? = nil, clock: any VigilClock) {
        state = Mutex(State(table: WorklistTable(bounds: bounds), alarms: alarms))
        self.clock = clock
        epoch = RandomWord.make()
    }

    /// Takes records of the topic of findings.
    func takeFindings(_ records: [InboundRecord]) {
        for record in records { takeFinding(record) }
    }

    private func takeFinding(_ record: InboundRecord) {
        guard let value = record.value else {
            let key = record.key.flatMap { String(validating: $0, as: UTF8.self) }
            guard let study = key.flatMap({ Pseudonym(hex: $0) }) else { return }
            state.withLock { $0.table.remove(study) }
            return
        }
        // All that takes time is done outside of the lock.
        guard let json = try? JSONParser.parse(value, limits: FindingDecoder.limits),
            let finding = try? FindingDecoder.read(json)
        else {
            state.withLock { $0.unreadable += 1 }
            return
        }
        let published = finding.run.timeline.published ?? record.timestamp ?? clock.wall()
        let (known, floor) = state.withLock {
            ($0.table.row(of: finding.pseudonym), $0.table.floor(of: finding.pseudonym))
        }
        let row = WorklistRow(
            finding, digest: FindingDecoder.name(of: json), published: published,
            at: record.position, known: known, floor: floor)
        state.withLock {
            $0.table.take(row, now: clock.wall())
            // The topic of orders is read by another thread.
            $0.table.order($0.table.floor(of: row.study), of: row.study)
            $0.models.take(finding, published: published)
        }
    }

    /// Takes records of the topic of orders.
    func takeOrders(_ records: [InboundRecord]) {
        for record in records {
            guard let key = record.key.flatMap({ String(validating: $0, as: UTF8.self) }),
                let study = Pseudonym(hex: key)
            else { continue }
            guard let value = record.value else {
                state.withLock { $0.table.order(nil, of: study) }
                continue
            }
            guard let json = try? JSONParser.parse(value, limits: FindingDecoder.limits),
                let order = try? WorklistOrder(json: json)
            else { continue }
            state.withLock { $0.table.order(order.highest, of: study) }
        }
    }

    /// The topic of energy is read from its beginning.
    func beginEnergy() { state.withLock { $0.energy = EnergyHour() } }

    /// Takes records of the topic of energy.
    func takeEnergy(_ records: [InboundRecord]) {
        for record in records {
            guard let energy = try? EnergyDecoder.decode(record) else { continue }
            state.withLock { $0.energy.take(energy) }
        }
    }

    /// The topic of alarms is read from its beginning.
    func beginAlarms() { state.withLock { $0.alarms?.forget() } }

    /// Takes records of the topic of alarms.
    func takeAlarms(_ records: [InboundRecord]) {
        for record in records {
            let alarm = try? AlarmDecoder.decode(record)
            state.withLock { $0.alarms?.take(record, as: alarm) }
        }
    }

    /// Takes out what is past its time.
    func expire() { state.withLock { $0.table.expire(now: clock.wall()) } }

    /// See ``WorklistTable/changes(after:bytesMax:)``.
    func changes(after number: UInt64, bytesMax: Int) -> WorklistTable.Changes? {
        state.withLock { $0.table.changes(after: number, bytesMax: bytesMax) }
    }

    /// The row of a study, if it is shown.
    func row(of study: Pseudonym) -> WorklistRow? { state.withLock { $0.table.row(of: study) } }

    /// What is told besides the rows.
    func status() -> JSONObject {
        let now = clock.wall()
        return state.withLock { state in
            var object = JSONObject()
            object["now"] = .integer(now.milliseconds)
            object["shown"] = .integer(Int64(state.table.count))
            object["hidden"] = .integer(Int64(state.table.hiddenCount))
            object["unreadable"] = .integer(Int64(state.unreadable))
            object["keep_s"] = .number(state.table.bounds.keep.seconds)
            object["energy"] = state.energy.json(now: now)
            object["models"] = state.models.json
            if let alarms = state.alarms { object["alarms"] = alarms.json }
            return object
        }
    }
}
