package import Energy

/// The bounds of the worker's queues. Every queue of the worker has one.
package struct WorkerLimits: Sendable, Equatable {
    /// Records taken in and not yet committed; at this many the consumer is paused.
    package var inFlightMax: Int
    /// Bytes of records taken in and not yet committed; at this many the consumer is paused.
    package var inFlightBytesMax = 64 << 20
    /// The consumer is resumed when no more than this many are in flight.
    package var resumeBelow: Int
    /// The topics of the urgent lane: their records have room of their own, as much as those of all
    /// other topics, so that none waits in its topic for what is in flight.
    package var urgentTopics: Set<String> = []
    /// Images decoded and waiting for the model that go before a study, its own included, at which
    /// it is not read on.
    package var preparedImagesMax: Int
    /// Images decoded and waiting for the model, of all studies; decoding stops at this many, which
    /// bounds memory. One that is being read may add a file's.
    package var preparedTotalMax: Int
    /// Bytes that studies may keep of what was read of them, at which no other is begun, but one
    /// that goes before all these.
    package var heldBytesMax = 512 << 20
    /// Batches of the model under way, each between two layers of the one before.
    package var batchesUnderWayMax = 8
    /// Images in one batch.
    package var batchImagesMax: Int
    /// Images in one batch of `stat` studies: those that come next wait for it to end, and what a
    /// processor gains by large batches is little.
    package var statImagesMax: Int { max(1, batchImagesMax / 4) }
    /// How long the first study of a batch waits for company.
    package var batchWaitMax: Duration
    /// Attempts before a failing study is given up to the dead-letter topic.
    package var attemptsMax: Int
    /// Outcomes in one transaction.
    package var transactionRecordsMax: Int
    /// How long a finished outcome waits for others before it is published; none for `stat`.
    package var transactionWaitMax: Duration
    /// Events of one study that wait for each other.
    package var studyEventsMax = 512
    /// Instances of one study.
    package var studyInstancesMax = 512
    /// Studies of which it is known what was said before.
    package var historiesMax = 50_000
    /// Studies ordered above `routine` whose order is remembered.
    package var ordersMax = 500_000
    /// Transactions that may fail in a row before a restart is the better remedy.
    package var abortsMax = 10
    /// The pauses between attempts at a failing study.
    package var retryBackoff = Backoff(first: .milliseconds(200), longest: .seconds(60))
    /// How long studies wait for cleaner hours at most, and how many of them.
    package var deferral = DeferralPolicy()

    package init(
        inFlightMax: Int, resumeBelow: Int, preparedImagesMax: Int, batchImagesMax: Int,
        batchWaitMax: Duration, attemptsMax: Int, transactionRecordsMax: Int,
        transactionWaitMax: Duration
    ) {
        self.inFlightMax = inFlightMax
        self.resumeBelow = resumeBelow
        self.preparedImagesMax = preparedImagesMax
        // Once for each rank, and once for a study that goes before all of its own.
        preparedTotalMax = 5 * preparedImagesMax
        self.batchImagesMax = batchImagesMax
        self.batchWaitMax = batchWaitMax
        self.attemptsMax = attemptsMax
        self.transactionRecordsMax = transactionRecordsMax
        self.transactionWaitMax = transactionWaitMax
    }
}
