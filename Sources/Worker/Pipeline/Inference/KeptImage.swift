internal import FoundationModel

/// What evidence needs of an image whose study is not whole yet. By a trace or by another run the
/// evidence has the same bits.
struct KeptImage {
    /// The model's input; nil where the trace is the smaller of both, as of volumes.
    let tensor: [Float]?
    var trace: ImageTrace?

    init(tensor: [Float], trace: ImageTrace?) {
        let isLarger = trace.map { tensor.count * MemoryLayout<Float>.stride > $0.bytes } ?? false
        self.tensor = isLarger ? nil : tensor
        self.trace = trace
    }
}

extension StudyResults.Gathered {
    /// The memory that traces take.
    var traceBytes: Int { images.reduce(0) { $0 + ($1?.kept?.trace?.bytes ?? 0) } }

    /// Keeps of each score's images so far only the one that evidence would be of, and no more
    /// traces than fit.
    mutating func keepStrongest(traceBytesMax: Int) {
        guard images.contains(where: { $0?.kept != nil }) else { return }
        var best: [ScorePlace: (image: Int, probability: Float)] = [:]
        for (index, image) in images.enumerated() {
            // What is refused is not flagged.
            guard let result = image?.result, result.refusal == nil, !result.isOutsideDomain else {
                continue
            }
            for (place, probability) in result.probabilities
            where probability > best[place]?.probability ?? -.infinity {
                best[place] = (index, probability)
            }
        }
        let strongest = Set(best.values.map(\.image))
        var left = traceBytesMax
        for index in images.indices {
            if !strongest.contains(index) { images[index]?.kept = nil }
            guard let kept = images[index]?.kept, let trace = kept.trace, kept.tensor != nil else {
                continue
            }
            if trace.bytes > left { images[index]?.kept?.trace = nil } else { left -= trace.bytes }
        }
    }
}

/// One of a model's scores: a label of a head, or a finding of the prompts or of the model's own
/// labels.
private struct ScorePlace: Hashable {
    /// Nil: the prompts or the model's own labels.
    let head: Int?
    let label: Int
}

extension ImageResult {
    fileprivate var probabilities: [(ScorePlace, Float)] {
        scores.map { (ScorePlace(head: nil, label: $0.finding), $0.probability) }
            + headScores.map { (ScorePlace(head: $0.head, label: $0.label), $0.probability) }
    }
}
