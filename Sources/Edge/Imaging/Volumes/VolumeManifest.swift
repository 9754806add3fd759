package import VigilCore

/// Everything that happens to a CT series between its slices and the model, declared. Two manifests
/// with the same digest give the same tensor bits for the same series.
package struct VolumeManifest: Sendable, Equatable {
    /// The version of the rule that turns stored values into whole modality units. It changes
    /// whenever any file's values would change.
    package static let valueRule = "vigil-modality16/1"

    /// Millimetres between voxels to the right, to the front and upwards.
    package let spacing: [Double]
    /// Hounsfield units that become 0 and 1; what is beyond is cut off.
    package let window: ClosedRange<Double>
    /// Voxels to the right, to the front and upwards: the middle of the volume, with 0 where it is
    /// smaller.
    package let size: [Int]

    /// Declares a preprocessing; nil when sizes are not in 1…512, or a number cannot be worked
    /// with.
    package init?(
        spacing: (Double, Double, Double), window: ClosedRange<Double>, size: (Int, Int, Int)
    ) {
        self.spacing = [spacing.0, spacing.1, spacing.2]
        self.window = window
        self.size = [size.0, size.1, size.2]
        guard self.size.allSatisfy({ (1...512).contains($0) }),
            self.spacing.allSatisfy({ (0.01...1000).contains($0) }),
            window.lowerBound.isFinite, window.upperBound.isFinite,
            window.lowerBound < window.upperBound
        else { return nil }
    }

    /// Floats of a tensor.
    package var tensorCount: Int { size[0] * size[1] * size[2] }

    /// One line for each declaration, always in this order; numbers in their shortest exact form.
    package var canonicalText: String {
        let lines = [
            "vigil-volume 1",
            "values \(Self.valueRule)",
            "orientation RAS",
            "spacing \(spacing.map { "\($0)" }.joined(separator: " ")) trilinear border",
            "window \(window.lowerBound) \(window.upperBound) to 0 1 clipped",
            "pad and crop center \(size.map { "\($0)" }.joined(separator: " ")) with 0",
            "axes slices columns rows",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// SHA-256 of ``canonicalText``.
    package var digest: Digest { Digest(of: canonicalText.utf8) }
}
