import FoundationModel
import Testing

/// How near found numbers are to expected ones, over everything that was compared.
struct Agreement {
    private(set) var leastCosine = 1.0
    /// Greatest error as a share of the expected row's root mean square.
    private(set) var greatestError = 0.0

    /// The figures that issue 6 asks for.
    static let cosine = 0.99999
    static let error = 1e-3

    mutating func compare(_ found: some Collection<Float>, _ expected: some Collection<Float>) {
        #expect(found.count == expected.count)
        var (dot, a2, b2, worst) = (0.0, 0.0, 0.0, 0.0)
        for (a, b) in zip(found, expected) {
            dot += Double(a) * Double(b)
            a2 += Double(a) * Double(a)
            b2 += Double(b) * Double(b)
            worst = max(worst, abs(Double(a) - Double(b)))
        }
        let cosine = dot / (a2 * b2).squareRoot()
        let error = worst / (b2 / Double(max(expected.count, 1))).squareRoot()
        #expect(cosine >= Self.cosine)
        #expect(error <= Self.error)
        leastCosine = min(leastCosine, cosine)
        greatestError = max(greatestError, error)
    }

    mutating func compare(_ found: [[Float]], _ expected: [[Float]]) {
        #expect(found.count == expected.count && !found.isEmpty)
        for (found, expected) in zip(found, expected) { compare(found, expected) }
    }

    /// Holds the hidden states after the embedding and after each layer against their probes.
    /// - Parameter row: the token that was probed; a state of one token has that alone.
    mutating func compareLayers(
        _ states: [[Float]], _ probes: [GoldenVectors.Probe], width: Int, row: Int
    ) {
        #expect(states.count == probes.count && !states.isEmpty)
        for (layer, (state, probe)) in zip(states, probes).enumerated() {
            let first = state.count == width ? 0 : row * width
            let found = state[first..<first + width]
            let scale = Double(probe.rowLength) / Double(width).squareRoot()
            for (a, b) in zip(found, probe.first) {
                note(abs(Double(a) - Double(b)) / scale, layer)
            }
            note(abs(length(found) / Double(probe.rowLength) - 1), layer)
            if state.count > width {
                note(abs(length(state[...]) / Double(probe.length) - 1), layer)
            }
        }
    }

    private mutating func note(_ error: Double, _ layer: Int) {
        #expect(error <= Self.error, "layer \(layer)")
        greatestError = max(greatestError, error)
    }

    private func length(_ values: ArraySlice<Float>) -> Double {
        values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}

extension ImageEncoder {
    /// The hidden states of one image, after the embedding and after each layer.
    func states(image: [Float], width: Int) throws -> [[Float]] {
        var out = [Float](repeating: 0, count: embeddingWidth)
        var states: [[Float]] = []
        try image.withUnsafeBufferPointer { images in
            try out.withUnsafeMutableBufferPointer { out in
                var pass = try beginPass(images: images, count: 1, into: out)
                while pass.remaining > 0 {
                    try pass.step()
                    states.append(pass.withHiddenState(width: width) { Array($0) })
                }
            }
        }
        return states
    }
}

extension TextEncoder {
    /// The hidden states of one text, after the embedding and after each layer.
    func states(tokens: [Int32]) throws -> [[Float]] {
        var states: [[Float]] = []
        try probe(tokens: tokens) { states.append(Array($0)) }
        return states
    }
}

extension GoldenVectors {
    /// The token sequences of `make_family_vectors.py`.
    static func sequences(
        vocabulary: Int, lengths: [Int], start: Int32? = nil, end: Int32? = nil
    ) -> [[Int32]] {
        lengths.enumerated().map { index, length in
            var ids = numbers("text.\(index)", scale: 1, count: length).map {
                Int32((Double($0) + 1) / 2 * Double(vocabulary - 1))
            }
            if let start, let end { (ids[0], ids[length - 1]) = (start, end) }
            return ids
        }
    }
}
