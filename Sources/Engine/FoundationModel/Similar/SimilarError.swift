package import VigilCore

/// Why an index of similar studies cannot be kept or searched.
package enum SimilarError: VigilError, Hashable {
    /// A folder or file cannot be made, read or written, as the system says.
    case unusable(path: SafeText, reason: SafeText)
    /// Other workers have all the files that a folder may have.
    case crowded(path: SafeText)
    /// There is no study of this model in it.
    case empty(path: SafeText)

    package var code: SafeText {
        switch self {
        case .unusable: "similar_unusable"
        case .crowded: "similar_crowded"
        case .empty: "similar_empty"
        }
    }

    package var what: SafeText {
        switch self {
        case .unusable(let path, let reason): "the index \(path) cannot be used: \(reason)"
        case .crowded(let path): "other workers have every file of the index \(path)"
        case .empty(let path): "the index \(path) has no study of this model"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .unusable: "Let similar.index name a folder that the worker's user may write to"
        case .crowded: "Give these workers a folder of their own"
        case .empty:
            "Take the model, precision and folder (similar.index) of the workers that fill it"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
