internal import VigilCore

/// How a model's loading went.
package struct LoadReport: Sendable, Hashable {
    /// What became of the cache of packed weights.
    package enum Cache: String, Sendable, Hashable, SafeToLog {
        /// No folder was given for it, or the precision packs as fast as it reads.
        case off
        /// The packed weights came from it.
        case used
        /// It was written for the next start.
        case written
        /// It could not be written; the model runs all the same.
        case failed
    }

    /// Time to bring the vision tower's weights into the kernels' layout.
    package var packing: Duration
    package var cache: Cache
}
