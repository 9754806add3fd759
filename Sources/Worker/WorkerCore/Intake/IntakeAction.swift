package import VigilCore

/// What becomes of a record that was taken in and read as an event.
package enum IntakeAction: Sendable, Hashable {
    /// Its study waits for its turn. Of a retry topic whose record is not due yet, nothing more is
    /// to be read before this time: the records behind it are due later.
    case queued(holdingPartitionUntil: MonotonicTime?)
    /// It waits here for its hour, or was taken at once since it waits no longer.
    case held
    /// It said all it had to say by changing an order: that is to be its outcome.
    case ordered
    /// It goes to its study's owner: that is to be its outcome.
    case forwarded(PlacementNote, topic: String, partition: Int32)
    /// It goes to wait for a cleaner hour: that is to be its outcome.
    case deferred(DeferralNote)
    /// It is given up, for this reason.
    case refused(IntakeRefusal)
}

/// Why an event is given up as it is taken in.
package enum IntakeRefusal: Sendable, Hashable, CaseIterable {
    /// Its sender may not order that.
    case notAuthorised
    /// Its time is over.
    case expired
}

/// What is to be told of a record that was taken in, besides what becomes of it.
package enum IntakeNotice: Sendable, Hashable {
    /// Its time is further off than it may be; counted as so old.
    case clockDoubted(direction: SafeText, believed: Duration)
    /// It asks to wait longer than its retry topic lets anything wait.
    case retryOutOfBounds
    /// It was forwarded, or waited, when the topics had other partitions.
    case outgrown
    /// There is no partition to forward it to.
    case nowhere
}
