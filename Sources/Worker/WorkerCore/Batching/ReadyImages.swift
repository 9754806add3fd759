internal import VigilCore

/// Images of studies that wait for the model. Pure; a part of ``WorkerCore``.
struct ReadyImages<Prepared: Sendable>: Sendable {
    /// Images of one study.
    struct Slice: Sendable {
        let ticket: StudyTicket
        let prepared: Prepared
        let images: Int
        let since: MonotonicTime
    }

    /// In the order in which they were read; those of one study follow each other so.
    private(set) var slices: [Slice] = []
    /// The images of all of them.
    private(set) var images = 0

    /// None.
    init() {}

    /// Since when the first of them waits.
    var oldest: MonotonicTime? { slices.map(\.since).min() }

    /// Adds images.
    mutating func add(_ slice: Slice) {
        images += slice.images
        slices.append(slice)
    }

    /// Drops the images of studies.
    mutating func drop(where condition: (StudyTicket) -> Bool) {
        slices.removeAll { slice in
            guard condition(slice.ticket) else { return false }
            images -= slice.images
            return true
        }
    }

    /// Takes out those at these places, in this order.
    mutating func take(_ places: [Int]) -> [Slice] {
        let chosen = places.map { slices[$0] }
        images -= chosen.reduce(0) { $0 + $1.images }
        let taken = Set(places)
        slices = slices.indices.filter { !taken.contains($0) }.map { slices[$0] }
        return chosen
    }
}
