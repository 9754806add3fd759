internal import VigilCore

/// A room in which readers take one study after another, for comparing the order of arrival with
/// the order that triage gives.
///
/// Nobody is interrupted while reading. With triage, a reader who is free takes the most urgent
/// study that has been notified by then, else the one that came first.
package struct ReadingRoom: Sendable, Hashable {
    /// How many people read at once.
    package var readers = 1
    /// How long one study takes, in seconds.
    package var readSeconds = 360.0
    /// The share of their time that readers are busy; it sets how often studies come where the
    /// data does not say.
    package var load = 0.8
    /// How many random orders of arrival are averaged over where the data does not say.
    package var worlds = 20

    package init() {}

    /// One study on its way.
    struct Visit {
        /// In seconds from any start.
        let arrival: Double
        /// When triage raised it; nil: it was not raised.
        let notified: Double?
        /// Among raised studies, the lowest goes first.
        let rank: Int
    }

    /// Seconds from arrival to the start of reading, in the order of the visits.
    func waits(_ visits: [Visit], isTriaged: Bool) -> [Double] {
        let order = visits.indices.sorted { (visits[$0].arrival, $0) < (visits[$1].arrival, $1) }
        let raised =
            isTriaged
            ? visits.indices.filter { visits[$0].notified != nil }.sorted {
                (visits[$0].notified ?? 0, $0) < (visits[$1].notified ?? 0, $1)
            } : []
        var free = [Double](repeating: -.infinity, count: max(1, readers))
        var waits = [Double](repeating: .nan, count: visits.count)
        var urgent = UrgentQueue()
        var (nextRaised, nextInOrder) = (0, 0)
        for _ in visits.indices {
            while nextInOrder < order.count, !waits[order[nextInOrder]].isNaN { nextInOrder += 1 }
            guard nextInOrder < order.count else { return waits }
            let reader = free.indices.min { free[$0] < free[$1] } ?? 0
            // Nobody can read before a study is there.
            let now = max(free[reader], visits[order[nextInOrder]].arrival)
            while nextRaised < raised.count, (visits[raised[nextRaised]].notified ?? 0) <= now {
                let index = raised[nextRaised]
                nextRaised += 1
                if waits[index].isNaN { urgent.add(index, visits[index]) }
            }
            var taken = order[nextInOrder]
            while let index = urgent.next() {
                guard waits[index].isNaN else { continue }
                taken = index
                break
            }
            waits[taken] = now - visits[taken].arrival
            free[reader] = now + readSeconds
        }
        return waits
    }

    /// Seeded arrivals at random (Poisson), so many that readers are busy for ``load`` of the time.
    func randomArrivals(_ count: Int, seed: UInt64) -> [Double] {
        var generator = SplitMix64(seed: seed)
        var order = Array(0..<count)
        order.shuffle(using: &generator)
        var arrivals = [Double](repeating: 0, count: count)
        var time = 0.0
        let interval = readSeconds / (load * Double(max(1, readers)))
        for index in order {
            time -= interval * Logarithm.of(1 - generator.unit())
            arrivals[index] = time
        }
        return arrivals
    }
}

/// Raised studies, the lowest rank and then the first to come in front: a binary heap.
private struct UrgentQueue {
    private var heap: [(key: (rank: Int, arrival: Double, index: Int), index: Int)] = []

    mutating func add(_ index: Int, _ visit: ReadingRoom.Visit) {
        heap.append((key: (visit.rank, visit.arrival, index), index: index))
        var place = heap.count - 1
        while place > 0, heap[place].key < heap[(place - 1) / 2].key {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func next() -> Int? {
        guard let first = heap.first else { return nil }
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        var place = 0
        while true {
            let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].key < heap[$1].key }),
                heap[least].key < heap[place].key
            else { return first.index }
            heap.swapAt(place, least)
            place = least
        }
    }
}
