/// One embedding for a file of several frames.
package enum MeanEmbedding {
    /// The mean of vectors; a single one as it is.
    ///
    /// - Parameter isUnit: whether an embedding is a direction, so that the mean is brought back to
    ///   length 1.
    package static func of(_ vectors: [[Float]], isUnit: Bool) -> [Float] {
        guard let first = vectors.first, vectors.count > 1 else { return vectors.first ?? [] }
        var sum = [Double](repeating: 0, count: first.count)
        for vector in vectors {
            for (index, value) in vector.enumerated() { sum[index] += Double(value) }
        }
        let length =
            isUnit ? sum.reduce(0) { $0 + $1 * $1 }.squareRoot() : Double(vectors.count)
        return sum.map { Float(length > 0 ? $0 / length : 0) }
    }
}
