package import VigilCore

/// Why no head was made. No value of a table or embedding is repeated.
package enum TuningError: VigilError, Hashable {
    /// Embeddings of different widths, or with numbers that are not finite.
    case badEmbedding(row: Int, reason: SafeText)
    /// A label lacks studies with or without it on a side of the split.
    case tooFew(label: SafeText, side: SafeText)
    /// Nothing is left to learn from.
    case nothingToLearn(reason: SafeText)

    package var code: SafeText {
        switch self {
        case .badEmbedding: "tuning_bad_embedding"
        case .tooFew: "tuning_too_few"
        case .nothingToLearn: "tuning_nothing_to_learn"
        }
    }

    package var what: SafeText {
        switch self {
        case .badEmbedding(let row, let reason): "the embedding number \(row): \(reason)"
        case .tooFew(let label, let side):
            "the label \(label) has too few studies with or without it for \(side)"
        case .nothingToLearn(let reason): "there is nothing to learn from: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badEmbedding:
            "Make the embeddings anew with one model: vigil infer --embedding --json"
        case .tooFew: "Give more studies, leave the label out with --label, or take another --seed"
        case .nothingToLearn:
            """
            The truth table's study or file must name what the embeddings' lines name, and it \
            needs columns of 0 and 1
            """
        }
    }

    package var disposition: Disposition { .shutDown(.dataError) }
}
