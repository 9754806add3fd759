internal import Control
internal import Energy
package import Imaging
package import VigilCore

/// A study that was decoded and normalised to its end: all about it but its images, which went to
/// the model before, a slice at a time.
package struct PreparedStudy: Sendable {
    /// How many images it gave the model.
    package let images: Int
    /// What the finding tells of each instance that is shown to the model.
    package let instances: [Finding.Instance]
    /// What the study is, as calibrations tell studies apart (``ToldInstances/traits``).
    package let traits: [String: String]
    /// What made its images; an element without names for what is not known.
    package let scanners: Set<Scanner>
    /// The place of an instance among these by the one that an image's evidence names; empty where
    /// they are the same.
    package let renumbered: [Int: Int]
    /// What the gates said.
    package let gated: GateReport
    /// When the last instance was ready, on the wall.
    package let decodedAt: Timestamp
    /// When the last instance was ready, on the clock that never jumps.
    package let readyAt: MonotonicTime
    /// How long the study waited for a decoder, and what each step took.
    package let queued: Duration
    package let took: ReadingTimes
    package internal(set) var known: KnownBefore
    /// What all of it cost.
    package let energy: EnergyReading

    /// Whether it has something to show to the model, and is the study of its event.
    var isAssessable: Bool {
        images > 0 && gated.mismatches.isEmpty && known.control?.stop == nil
    }

    /// What the gates said, and whether operators have stopped it.
    var gates: [Finding.Gate] {
        let stopped = (known.control?.stop).map {
            Finding.Gate("control", .refused, reason: $0.rawValue)
        }
        return [stopped].compactMap { $0 } + gated.gates
    }

    /// Why it is not assessed; at least one.
    var reasons: [Finding.Reason] {
        known.control?.stop == nil ? gated.reasons : [Finding.Reason(.stopped)]
    }

    /// The same where operators have stopped it meanwhile.
    func stopped(by standing: ControlStanding) -> PreparedStudy {
        var copy = self
        copy.known.control = standing
        return copy
    }
}

/// Some images of a study, ready for the model. A study of many passes through the worker slice by
/// slice, so that it never holds more of it than these.
package struct PreparedSlice: Sendable {
    /// One frame as the model wants it.
    package struct Image: Sendable {
        /// `[channels, height, width]` f32, row-major.
        package let tensor: [Float]
        /// Of the frame's pixels before that: what the cache of embeddings knows it by.
        package let digest: Digest
        /// Which instance of the event and which of its frames it is.
        package let evidence: Finding.Evidence
        /// Where the tensor lies in that; nil where pixels cannot be traced back.
        package let placement: ImagePlacement?
    }

    /// The frames to run.
    package let images: [Image]
    /// Where the first of them stands among the study's images.
    package let first: Int
    /// With the last slice, all about the study; nil while it is still being read.
    package let whole: PreparedStudy?

    package init(images: [Image], first: Int, whole: PreparedStudy?) {
        self.images = images
        self.first = first
        self.whole = whole
    }

    /// One slice of two; nil when the other does not follow this one.
    func followed(by other: PreparedSlice) -> PreparedSlice? {
        guard first + images.count == other.first else { return nil }
        return PreparedSlice(images: images + other.images, first: first, whole: other.whole)
    }

    /// Images that were read together, so many to a slice.
    ///
    /// - Parameters:
    ///   - first: where the first of them stands among the study's.
    ///   - size: images of a slice, at least 1.
    ///   - whole: goes with the last slice, which may hold no image.
    static func slices(
        _ images: [Image], first: Int, size: Int, whole: PreparedStudy?
    ) -> [PreparedSlice] {
        var slices = stride(from: 0, to: images.count, by: max(1, size)).map { begin in
            let end = min(begin + max(1, size), images.count)
            return PreparedSlice(
                images: Array(images[begin..<end]), first: first + begin,
                whole: end == images.count ? whole : nil)
        }
        if images.isEmpty, let whole {
            slices.append(PreparedSlice(images: [], first: first, whole: whole))
        }
        return slices
    }
}
