package import VigilCore
package import Wire

/// A study decoded and normalised, ready for the model.
package struct PreparedStudy: Sendable {
    /// One frame as the model wants it.
    package struct Image: Sendable {
        /// `[channels, height, width]` f32, row-major.
        package let tensor: [Float]
        /// Of the frame's pixels before that: what the cache of embeddings knows it by.
        package let digest: Digest
        /// Which instance of the event and which of its frames it is.
        package let evidence: FindingRecord.Evidence
    }

    /// The frames to run; none of a study that is not assessed.
    package let images: [Image]
    /// What the finding tells of each instance.
    package let instances: [FindingRecord.Instance]
    /// What it tells of those that are not shown to the model, in the event's order.
    package let leftOut: [FindingRecord.LeftOut]
    /// What of its objects' identity is not the event's: then it has no images.
    package let mismatches: [IdentityMismatch]
    /// When the last instance was ready, on the wall.
    package let decodedAt: Timestamp
    /// When the last instance was ready, on the clock that never jumps.
    package let readyAt: MonotonicTime
    /// How long the study waited for a decoder, and what each step took for all instances together.
    package let queued: Duration
    package let fetched: Duration
    package let decoded: Duration
    package let preprocessed: Duration
    /// How the study came together; nil for an event that was complete by itself.
    package var revision: FindingRecord.Revision?
    /// What people ordered, where more is known than what the event says.
    package var order: FindingRecord.Order?
    /// What all of it cost.
    package let energy: EnergyReading
}
