internal import VigilCore

/// Embeddings of studies, [count, width] f32 row-major; each row is followed by zeros up to a
/// multiple of 8 columns.
package struct EmbeddingMatrix: Sendable {
    /// Columns of a step of the kernels.
    static let lane = 8

    /// Columns that hold embeddings.
    package let width: Int
    /// How many rows there are.
    package private(set) var count = 0
    /// Columns with the zeros after them.
    let stride: Int
    private(set) var elements: [Float] = []

    /// An empty matrix.
    package init(width: Int) {
        self.width = width
        stride = (width + Self.lane - 1) / Self.lane * Self.lane
    }

    /// Adds a row.
    /// - Throws: ``TuningError/badEmbedding(row:reason:)`` for another width, or NaN or infinity.
    package mutating func append(_ row: [Float]) throws(TuningError) {
        guard row.count == width else {
            throw .badEmbedding(
                row: count + 1, reason: "it has \(row.count) columns, the first has \(width)")
        }
        guard row.allSatisfy(\.isFinite) else {
            throw .badEmbedding(row: count + 1, reason: "a number is not finite")
        }
        elements += row
        elements += [Float](repeating: 0, count: stride - width)
        count += 1
    }

    /// Some of the rows, in the order given.
    package func rows(_ indices: [Int]) -> EmbeddingMatrix {
        var part = EmbeddingMatrix(width: width)
        part.count = indices.count
        part.elements.reserveCapacity(indices.count * stride)
        for index in indices {
            part.elements += elements[index * stride..<(index + 1) * stride]
        }
        return part
    }

    /// One row without the zeros.
    package func row(_ index: Int) -> ArraySlice<Float> {
        elements[index * stride..<index * stride + width]
    }

    /// Mean of each column.
    func mean() -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        for index in 0..<count {
            for (column, value) in row(index).enumerated() { sums[column] += Double(value) }
        }
        return sums.map { $0 / Double(max(1, count)) }
    }

    /// With a number taken from each column.
    func subtracting(_ means: [Double]) -> EmbeddingMatrix {
        var out = self
        for index in 0..<count {
            for column in 0..<width {
                let place = index * stride + column
                out.elements[place] = Float(Double(elements[place]) - means[column])
            }
        }
        return out
    }

    /// The logits of a linear head: [count] of a row's product with the weights, plus the bias.
    package func logits(weights: [Double], bias: Double) -> [Double] {
        (0..<count).map { index in
            zip(row(index), weights).reduce(bias) { $0 + Double($1.0) * $1.1 }
        }
    }
}
