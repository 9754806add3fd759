internal import VigilCore

/// Tells the acquisitions apart whose slices stand in one series, and chooses one. Pure.
///
/// Slices that differ in a number or time are of one stack as long as those of each value lie
/// beside those of every other one: scanners count rotations so. Where their extents overlap, they
/// are several pictures of one place, and only one of them may be read.
struct Acquisitions {
    /// One slice to choose from.
    struct Candidate {
        /// Of the series' slices.
        let index: Int
        /// Millimetres along the normal.
        let depth: Double
        let moment: SliceMoment
    }

    /// Slices nearer to one another than this lie at one place.
    static let distanceMin = 1e-3

    /// Those of one acquisition: of several, that with the most slices, of those the first.
    ///
    /// - Throws: ``ImagingError/notAVolume(_:)`` when the one chosen does not reach as far as the
    ///   others: a finding on it would look like one on all of the series.
    static func chosen(_ all: [Candidate]) throws(ImagingError) -> [Candidate] {
        var kept = all
        var isWhole = true
        let keys: [any KeyPath<SliceMoment, Double?> & Sendable] = [
            \.number, \.temporal, \.voltage, \.kernel, \.acquired,
        ]
        for key in keys where kept.allSatisfy({ $0.moment[keyPath: key] != nil }) {
            let groups = Dictionary(grouping: kept) { $0.moment[keyPath: key] ?? 0 }
            guard groups.count > 1, overlap(Array(groups.values)) else { continue }
            let fit = groups.filter { $0.value.count >= CTSeries.slicesMin }
            let best = fit.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }
            guard let best, reaches(best.value, kept) else {
                isWhole = false
                continue
            }
            kept = best.value
            isWhole = true
        }
        let times: [any KeyPath<SliceMoment, Double?> & Sendable] = [\.acquired, \.content]
        for time in times {
            guard let first = first(of: kept, by: time) else { continue }
            kept = first
            isWhole = true
        }
        guard isWhole else {
            throw .notAVolume("it holds several acquisitions, of which none reaches everywhere")
        }
        return kept
    }

    /// Whether the extents of any two groups overlap.
    private static func overlap(_ groups: [[Candidate]]) -> Bool {
        let extents = groups.map(extent).sorted { $0.lowerBound < $1.lowerBound }
        var end = -Double.infinity
        for extent in extents {
            if extent.lowerBound <= end + distanceMin { return true }
            end = extent.upperBound
        }
        return false
    }

    private static func extent(_ group: [Candidate]) -> ClosedRange<Double> {
        let depths = group.map(\.depth)
        let least = depths.min() ?? 0
        return least...max(least, depths.max() ?? 0)
    }

    /// Whether a group reaches as far as all of them, to a step.
    private static func reaches(_ group: [Candidate], _ all: [Candidate]) -> Bool {
        let (own, whole) = (extent(group), extent(all))
        let step = (own.upperBound - own.lowerBound) / Double(max(1, group.count - 1))
        return own.lowerBound <= whole.lowerBound + step
            && own.upperBound >= whole.upperBound - step
    }

    /// Of slices of which the same number lie at each place, those that were taken first, when all
    /// of them were taken before any of the others; nil when that is not so.
    private static func first(
        of all: [Candidate], by time: KeyPath<SliceMoment, Double?>
    ) -> [Candidate]? {
        let sorted = all.sorted { $0.depth < $1.depth }
        var places: [[Candidate]] = []
        for slice in sorted {
            if let last = places.last?.last, slice.depth - last.depth <= distanceMin {
                places[places.count - 1].append(slice)
            } else {
                places.append([slice])
            }
        }
        guard let many = places.first?.count, many > 1, places.allSatisfy({ $0.count == many })
        else { return nil }
        var (latest, next) = (-Double.infinity, Double.infinity)
        var kept: [Candidate] = []
        for place in places {
            let timed = place.compactMap { slice in
                slice.moment[keyPath: time].map { (slice, $0) }
            }.sorted { $0.1 < $1.1 }
            guard timed.count == many else { return nil }
            kept.append(timed[0].0)
            latest = max(latest, timed[0].1)
            next = min(next, timed[1].1)
        }
        return latest < next ? kept : nil
    }
}
