package import VigilCore

/// How studies become a model's input: each frame by itself, or each CT series as a volume.
package enum InputManifest: Sendable, Equatable {
    case image(PreprocessingManifest)
    case volume(VolumeManifest)

    /// Of the manifest; two inputs with the same one are the same to a model.
    package var digest: Digest {
        switch self {
        case .image(let manifest): manifest.digest
        case .volume(let manifest): manifest.digest
        }
    }

    /// Whether what was trained with this preprocessing fits: the digest is the manifest's, or was
    /// under an earlier rule of grey.
    package func fits(_ trained: Digest) -> Bool {
        if trained == digest { return true }
        guard case .image(let manifest) = self else { return false }
        return manifest.earlierDigests.contains(trained)
    }

    /// Whether a whole series is one input.
    package var isVolume: Bool {
        if case .volume = self { true } else { false }
    }

    /// Floats of one image or volume.
    package var tensorCount: Int {
        switch self {
        case .image(let manifest): manifest.tensorCount
        case .volume(let manifest): manifest.tensorCount
        }
    }
}
