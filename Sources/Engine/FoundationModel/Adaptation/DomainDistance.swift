/// How far an embedding lies from those of the training. All of it is in double precision and in
/// one order, so that its bits are the same everywhere.
package enum DomainDistance: Sendable {
    /// Mahalanobis' to the nearest of the classes' middles: a length.
    case mahalanobis(DomainGaussian)
    /// The square of that less the square of the distance to the middle of all of them (Ren 2021,
    /// arXiv 2106.09022): what all images vary in alike does not count. May be negative.
    case relative(DomainGaussian, background: DomainGaussian)
    /// To one of the nearest embeddings of the training, all of them brought to length 1 (Sun 2022,
    /// arXiv 2204.06507).
    case neighbours(DomainNeighbours)

    /// Columns of the embedding that it takes.
    package var width: Int {
        switch self {
        case .mahalanobis(let gaussian), .relative(let gaussian, _): gaussian.width
        case .neighbours(let neighbours): neighbours.width
        }
    }

    /// The distance of an embedding of ``width`` columns; infinite for another.
    package func callAsFunction(_ embedding: UnsafeBufferPointer<Float>) -> Double {
        guard embedding.count == width else { return .infinity }
        let values = embedding.map { Double($0) }
        switch self {
        case .mahalanobis(let gaussian):
            return gaussian.square(values).squareRoot()
        case .relative(let gaussian, let background):
            return gaussian.square(values) - background.square(values)
        case .neighbours(let neighbours):
            return neighbours.distance(values)
        }
    }
}

/// Middles of classes that vary alike.
package struct DomainGaussian: Sendable {
    /// Columns.
    package let width: Int
    /// [any, width]: a root of the inverse covariance, so that the distance of x from a middle is
    /// the length of axes · (x - middle).
    private let axes: [Double]
    private let first: [Double]
    /// What each other middle lies away from the first, along the axes.
    private let offsets: [[Double]]

    /// - Parameters:
    ///   - means: one row a class, one or more, all as wide as the axes.
    ///   - axes: row-major; a multiple of the width.
    package init(means: [[Double]], axes: [Double]) {
        first = means.first ?? []
        width = first.count
        self.axes = axes
        let middle = first
        offsets = means.map { mean in
            Self.product(axes, zip(mean, middle).map { $0 - $1 })
        }
    }

    /// The square of the distance to the nearest middle; NaN of what is no number.
    func square(_ values: [Double]) -> Double {
        let place = Self.product(axes, zip(values, first).map { $0 - $1 })
        var least = Double.infinity
        for offset in offsets {
            var sum = 0.0
            for (axis, value) in place.enumerated() {
                let part = value - offset[axis]
                sum += part * part
            }
            if sum.isNaN { return .nan }
            least = min(least, sum)
        }
        return least
    }

    private static func product(_ axes: [Double], _ values: [Double]) -> [Double] {
        guard !values.isEmpty else { return [] }
        return axes.withUnsafeBufferPointer { axes in
            stride(from: 0, to: axes.count - values.count + 1, by: values.count).map { start in
                var part = 0.0
                for column in values.indices { part += axes[start + column] * values[column] }
                return part
            }
        }
    }
}

/// Embeddings of the training.
package struct DomainNeighbours: Sendable {
    /// Columns.
    package let width: Int
    /// [count, width], each of length 1.
    private let rows: [Double]
    /// Which of the nearest counts, from 1.
    private let rank: Int

    /// - Parameters:
    ///   - rows: of one width, at least `rank` of them; brought to length 1.
    ///   - rank: which of the nearest the distance is told to, from 1.
    package init(rows: [[Double]], rank: Int) {
        width = rows.first?.count ?? 0
        self.rows = rows.flatMap(Self.unit)
        self.rank = rank
    }

    func distance(_ values: [Double]) -> Double {
        let values = Self.unit(values)
        guard values.allSatisfy(\.isFinite) else { return .nan }
        var squares = rows.withUnsafeBufferPointer { rows in
            stride(from: 0, to: rows.count, by: max(1, width)).map { start in
                var sum = 0.0
                for column in values.indices {
                    let part = values[column] - rows[start + column]
                    sum += part * part
                }
                return sum
            }
        }
        guard (1...squares.count).contains(rank) else { return .infinity }
        squares.sort()
        return squares[rank - 1].squareRoot()
    }

    private static func unit(_ values: [Double]) -> [Double] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / max(length, 1e-12) }
    }
}
