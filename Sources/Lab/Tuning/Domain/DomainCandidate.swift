/// One distance that may tell images of the training's kind from others.
package enum DomainCandidate: Sendable {
    case mahalanobis(GaussianFit)
    case relative(GaussianFit, background: GaussianFit)
    /// Embeddings, and which of the nearest counts.
    case neighbours([[Double]], rank: Int)

    /// The kind of adapter that it becomes.
    package var kind: String {
        switch self {
        case .mahalanobis: "mahalanobis-domain"
        case .relative: "relative-mahalanobis-domain"
        case .neighbours: "nearest-neighbours-domain"
        }
    }

    /// How well distances tell what lies outside from what lies inside: the area under the ROC
    /// curve. Ties count half, and what is no number lies farther away than anything else.
    package static func separation(inside: [Double], outside: [Double]) -> Double {
        guard !inside.isEmpty, !outside.isEmpty else { return .nan }
        func key(_ value: Double) -> Double { value.isNaN ? .infinity : value }
        let near = inside.map(key).sorted()
        func below(_ value: Double, orEqual: Bool) -> Int {
            var (low, high) = (0, near.count)
            while low < high {
                let middle = (low + high) / 2
                let isBelow = orEqual ? near[middle] <= value : near[middle] < value
                (low, high) = isBelow ? (middle + 1, high) : (low, middle)
            }
            return low
        }
        let sum = outside.map(key).reduce(0) { sum, value in
            sum + below(value, orEqual: false) + below(value, orEqual: true)
        }
        return Double(sum) / (2 * Double(near.count) * Double(outside.count))
    }

    /// The least limit that at most this share of the distances lies beyond.
    package static func limit(of inside: [Double], share: Double) -> Double {
        let sorted = inside.map { $0.isNaN ? .infinity : $0 }.sorted()
        let beyond = Int(share * Double(sorted.count))
        return sorted.isEmpty ? 0 : sorted[max(0, sorted.count - 1 - beyond)]
    }
}
