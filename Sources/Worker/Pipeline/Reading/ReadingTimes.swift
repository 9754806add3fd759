/// What the steps of reading took for all instances of a study together.
package struct ReadingTimes: Sendable {
    /// Opening the files.
    package var fetched = Duration.zero
    /// Decoding them.
    package var decoded = Duration.zero
    /// Making tensors of their frames.
    package var preprocessed = Duration.zero
    /// Processor time of the calling threads and of the decoders.
    package var processor = Duration.zero

    /// Nothing so far.
    package init() {}

    /// All steps together, by the clock.
    package var sum: Duration { fetched + decoded + preprocessed }
}
