internal import VigilCore

/// A head from the means of a few studies with and without each label. The logit grows along the
/// line between both means, by as much as the studies' spread along it warrants (Fisher's linear
/// discriminant with equal, round classes); it is 0 half way.
package struct PrototypeHead: Sendable {
    private let shots: Int?
    private let seed: UInt64

    /// - Parameter shots: the most studies of each side that are taken, at random; nil: all.
    package init(shots: Int?, seed: UInt64) {
        self.shots = shots
        self.seed = seed
    }

    /// Makes a head of every label.
    package func fit(
        _ studies: LabelledStudies, names: [String]
    ) throws(TuningError) -> [LinearHead] {
        var heads: [LinearHead] = []
        for (label, name) in names.enumerated() {
            var generator = SplitMix64(seed: seed &+ UInt64(label) &* 0x9e37)
            let with = chosen(studies, label, true, &generator)
            let without = chosen(studies, label, false, &generator)
            guard !with.isEmpty, !without.isEmpty else {
                throw .tooFew(label: SafeText(operatorProvided: name), side: "training")
            }
            heads.append(head(studies.embeddings.rows(with), studies.embeddings.rows(without)))
        }
        return heads
    }

    private func chosen(
        _ studies: LabelledStudies, _ label: Int, _ side: Bool, _ generator: inout SplitMix64
    ) -> [Int] {
        let rows = studies.labels[label].indices.filter { studies.labels[label][$0] == side }
        guard let shots, shots < rows.count else { return rows }
        return rows.shuffled(using: &generator).prefix(shots).sorted()
    }

    private func head(_ with: EmbeddingMatrix, _ without: EmbeddingMatrix) -> LinearHead {
        let (high, low) = (with.mean(), without.mean())
        let line = zip(high, low).map { $0 - $1 }
        let gap = line.reduce(0) { $0 + $1 * $1 }
        guard gap > 0 else { return LinearHead(weights: line, bias: 0) }
        func spread(_ side: EmbeddingMatrix) -> Double {
            let places = side.logits(weights: line, bias: 0)
            let mean = places.reduce(0, +) / Double(places.count)
            return places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let freedom = Double(with.count + without.count - 2)
        let variance = freedom > 0 ? (spread(with) + spread(without)) / freedom : 0
        // Of single studies nothing is known of the spread: a mean then has the logit 2.
        let slope = variance > 0 ? gap / variance : 4 / gap
        let middle = zip(line, zip(high, low)).reduce(0) { $0 + $1.0 * ($1.1.0 + $1.1.1) / 2 }
        return LinearHead(weights: line.map { $0 * slope }, bias: -slope * middle)
    }
}
