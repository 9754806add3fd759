/// The bounds of the worker's queues. Every queue of the worker has one.
package struct WorkerLimits: Sendable, Equatable {
    /// What is taken in and not yet committed.
    package var intake: Intake
    /// What is read ahead of the model.
    package var reading: Reading
    /// What the model runs on.
    package var batches: Batches
    /// Attempts at a failing study.
    package var retries: Retries
    /// What is published together.
    package var transactions: Transactions
    /// What is known of studies beyond their records in flight.
    package var studies = Studies()
    /// How long studies wait for cleaner hours at most, and how many of them.
    package var deferral = DeferralPolicy()

    /// Records taken in and not yet committed.
    package struct Intake: Sendable, Equatable {
        /// At this many the consumer is paused.
        package var recordsMax: Int
        /// At so many bytes of theirs the consumer is paused.
        package var bytesMax = 64 << 20
        /// The consumer is resumed when no more than this many are in flight.
        package var resumeBelow: Int
        /// The topics of the urgent lane: their records have room of their own, as much as those of
        /// all other topics, so that none waits in its topic for what is in flight.
        package var urgentTopics: Set<String> = []

        /// The lane of a topic.
        package func lane(of topic: String) -> IntakeLane {
            urgentTopics.contains(topic) ? .urgent : .ordinary
        }
    }

    /// Images decoded and waiting for the model.
    package struct Reading: Sendable, Equatable {
        /// Those that go before a study, its own included, at which it is not read on.
        package var imagesMax: Int
        /// Those of all studies; decoding stops at this many, which bounds memory. One that is
        /// being read may add a file's.
        package var imagesTotalMax: Int
        /// Bytes that studies may keep of what was read of them, at which no other is begun, but
        /// one that goes before all these.
        package var heldBytesMax = 512 << 20
    }

    /// Batches of the model.
    package struct Batches: Sendable, Equatable {
        /// Those under way, each between two layers of the one before.
        package var underWayMax = 8
        /// Images in one batch.
        package var imagesMax: Int
        /// Images in one batch of `stat` studies: those that come next wait for it to end, and what
        /// a processor gains by large batches is little.
        package var statImagesMax: Int { max(1, imagesMax / 4) }
        /// How long the first study of a batch waits for company.
        package var waitMax: Duration
    }

    /// Attempts at a failing study.
    package struct Retries: Sendable, Equatable {
        /// So many before it is given up to a retry topic, or to the dead-letter topic.
        package var attemptsMax: Int
        /// The pauses between them.
        package var backoff = Backoff(first: .milliseconds(200), longest: .seconds(60))
    }

    /// Transactions.
    package struct Transactions: Sendable, Equatable {
        /// Outcomes in one.
        package var recordsMax: Int
        /// How long a finished outcome waits for others before it is published; none for `stat`.
        package var waitMax: Duration
        /// Those that may fail in a row before a restart is the better remedy.
        package var abortsMax = 10
    }

    /// Studies beyond their records in flight.
    package struct Studies: Sendable, Equatable {
        /// Events of one study that wait for each other.
        package var eventsMax = 512
        /// Instances of one study.
        package var instancesMax = 512
        /// Studies of which it is known what was said before.
        package var historiesMax = 50_000
        /// Bytes of findings that are decided anew when more becomes known of patients; 0: none is.
        package var revisableBytesMax = 0
        /// Studies ordered above `routine` whose order is remembered.
        package var ordersMax = 500_000
    }

    package init(
        inFlightMax: Int, resumeBelow: Int, preparedImagesMax: Int, batchImagesMax: Int,
        batchWaitMax: Duration, attemptsMax: Int, transactionRecordsMax: Int,
        transactionWaitMax: Duration
    ) {
        intake = Intake(recordsMax: inFlightMax, resumeBelow: resumeBelow)
        // Once for each rank, and once for a study that goes before all of its own.
        reading = Reading(imagesMax: preparedImagesMax, imagesTotalMax: 5 * preparedImagesMax)
        batches = Batches(imagesMax: batchImagesMax, waitMax: batchWaitMax)
        retries = Retries(attemptsMax: attemptsMax)
        transactions = Transactions(
            recordsMax: transactionRecordsMax, waitMax: transactionWaitMax)
    }
}
