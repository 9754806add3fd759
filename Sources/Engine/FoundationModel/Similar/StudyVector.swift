internal import Tensor

/// The mean direction of a study's images, gathered image by image.
package struct StudyVector: Sendable {
    private var sum: [Double] = []

    /// Of no image.
    package init() {}

    /// Takes an image's embedding in.
    package mutating func add(_ embedding: [Float]) {
        if sum.isEmpty { sum = [Double](repeating: 0, count: embedding.count) }
        guard sum.count == embedding.count else { return }
        for (index, value) in embedding.enumerated() { sum[index] += Double(value) }
    }

    /// The mean, brought to length 1; nil of no image.
    ///
    /// - Parameter model: whose embeddings they are.
    package func direction(_ model: any PixelEncoder) -> [Float]? {
        sum.isEmpty ? nil : Self.direction(of: sum.map { Float($0) }, model.engine)
    }

    static func direction(of vector: [Float], _ engine: Engine) -> [Float] {
        var unit = vector
        unit.withUnsafeMutableBufferPointer { unit in
            guard let base = unit.baseAddress else { return }
            engine.l2Normalize(base, into: base, rows: 1, width: unit.count)
        }
        return unit
    }
}
