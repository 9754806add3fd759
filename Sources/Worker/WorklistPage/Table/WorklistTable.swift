internal import VigilCore

/// The studies that the page shows, in bounded memory, and the numbers of their changes, so that a
/// reader who was cut off gets what has changed since, each change once. Pure.
struct WorklistTable {
    /// Bounds of what is kept.
    struct Bounds {
        var studiesMax = 20_000
        /// For how long after its record was published a study is shown.
        var keep = Duration.seconds(259_200)
    }

    /// One study with the number of its last change.
    private struct Held {
        var row: WorklistRow
        var number: UInt64
        var json: [UInt8]
    }

    /// What has changed after some number.
    struct Changes {
        /// Rows as JSON, oldest change first.
        var rows: [[UInt8]] = []
        var removed: [Pseudonym] = []
        /// The number of the last change that is among them, or that needs no telling.
        var last: UInt64
        /// Whether there is more.
        var hasMore = false
    }

    /// For each study that is shown, so many that are not are counted.
    private static let hiddenMax = 10

    let bounds: Bounds
    private var held: [Pseudonym: Held] = [:]
    private var removed: [Pseudonym: UInt64] = [:]
    private var floors: OrderFloors
    /// Changes by their rising numbers; one that a later change of the same study replaced is
    /// passed over.
    private var log: [(number: UInt64, study: Pseudonym)] = []
    private var number: UInt64 = 0
    /// Removals up to this number are forgotten: who has only older changes begins anew.
    private var forgotten: UInt64 = 0
    /// Studies that are within their time and not shown, since there were too many; a study that
    /// has a new record is shown again.
    private var hidden: [Pseudonym: Timestamp] = [:]

    init(bounds: Bounds) {
        self.bounds = bounds
        floors = OrderFloors(countMax: 4 * bounds.studiesMax)
    }

    var count: Int { held.count }
    /// Studies that were put out for want of room; of very many no more than so many are counted.
    var hiddenCount: Int { hidden.count }
    /// The number of the last change.
    var last: UInt64 { number }

    /// The row of a study, if it is shown.
    func row(of study: Pseudonym) -> WorklistRow? { held[study]?.row }

    /// The most urgent order that is known of a study beside its row.
    func floor(of study: Pseudonym) -> Priority? { floors[study] }

    /// Takes a row that was made with what ``row(of:)`` and ``floor(of:)`` say; one of an older
    /// record than is shown, or past its time, is passed over.
    mutating func take(_ row: WorklistRow, now: Timestamp) {
        guard !isPast(row.version.published, now) else { return }
        if let known = held[row.study]?.row,
            !WorklistRow.isNewer(row.version, than: known.version)
        {
            return
        }
        hidden[row.study] = nil
        put(row)
        if held.count > bounds.studiesMax { makeRoom() }
        tidy()
    }

    /// The topic of orders says what is ordered of a study; nil: nothing any more.
    mutating func order(_ priority: Priority?, of study: Pseudonym) {
        floors[study] = priority
        guard var row = held[study]?.row else { return }
        let before = (row.ordered, row.effective)
        row.floor = priority
        if (row.ordered, row.effective) == before {
            held[study]?.row = row
        } else {
            put(row)
        }
        tidy()
    }

    /// The study's record was taken off the topic.
    mutating func remove(_ study: Pseudonym) {
        hidden[study] = nil
        drop(study)
        tidy()
    }

    /// Takes out what is past its time.
    mutating func expire(now: Timestamp) {
        let past = held.filter { isPast($0.value.row.version.published, now) }.keys
        for study in past { drop(study) }
        hidden = hidden.filter { !isPast($0.value, now) }
        tidy()
    }

    /// What has changed after a number, or nil where that is no longer known and the reader begins
    /// anew, at 0.
    ///
    /// - Parameter bytesMax: no more rows than of so many bytes, but at least one.
    func changes(after: UInt64, bytesMax: Int) -> Changes? {
        guard after <= number, after == 0 || after >= forgotten else { return nil }
        var changes = Changes(last: after)
        var bytes = 0
        var index = log.partition(after)
        while index < log.count {
            let (number, study) = log[index]
            index += 1
            if let row = held[study], row.number == number {
                if bytes > 0, bytes + row.json.count > bytesMax {
                    changes.hasMore = true
                    return changes
                }
                bytes += row.json.count
                changes.rows.append(row.json)
            } else if removed[study] == number, after > 0 {
                bytes += 40
                changes.removed.append(study)
            }
            changes.last = number
        }
        changes.last = number
        return changes
    }

    private func isPast(_ published: Timestamp, _ now: Timestamp) -> Bool {
        published.later(by: bounds.keep) < now
    }

    private mutating func put(_ row: WorklistRow) {
        number += 1
        held[row.study] = Held(row: row, number: number, json: row.json(number: number))
        removed[row.study] = nil
        log.append((number, row.study))
    }

    private mutating func drop(_ study: Pseudonym) {
        guard held.removeValue(forKey: study) != nil else { return }
        number += 1
        removed[study] = number
        log.append((number, study))
    }

    /// Puts out the twentieth that is least urgent, those published first before others, so that
    /// sorting is seldom.
    private mutating func makeRoom() {
        let last = held.values.map(\.row).sorted { left, right in
            left.effective == right.effective
                ? left.version.published < right.version.published
                : left.effective > right.effective
        }
        let count = max(held.count - bounds.studiesMax, bounds.studiesMax / 20)
        for row in last.prefix(count) {
            if hidden.count < Self.hiddenMax * bounds.studiesMax {
                hidden[row.study] = row.version.published
            }
            drop(row.study)
        }
    }

    private mutating func tidy() {
        if removed.count > bounds.studiesMax {
            for (study, number) in removed.sorted(by: { $0.value < $1.value })
                .prefix(removed.count / 2)
            {
                forgotten = max(forgotten, number)
                removed[study] = nil
            }
        }
        guard log.count > 2 * (held.count + removed.count) + 1024 else { return }
        log = log.filter { held[$0.study]?.number == $0.number || removed[$0.study] == $0.number }
    }
}

extension [(number: UInt64, study: Pseudonym)] {
    /// Where the first change after a number stands.
    fileprivate func partition(_ after: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].number > after { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
