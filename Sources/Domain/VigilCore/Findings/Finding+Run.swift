extension Finding {
    /// What differs from run to run. Every part that is not known is nil and left out.
    package struct Run: Sendable, Hashable {
        package var timeline = Timeline()
        package var timeToNotification = TimeToNotification()
        /// When the study should have been notified at the latest.
        package var deadline: Timestamp?
        /// When the worker, as it took the event, expected this record to be out; nil when it had
        /// measured nothing yet.
        package var eta: Timestamp?
        package var batch: Batch?
        /// Where the event stood in Kafka.
        package var position: RecordPosition?
        /// What the study is charged of the energy.
        package var energy: EnergyReading?
        /// What the cache of embeddings did for the study; nil: there is none.
        package var cache: CacheUse?
        /// The carbon of that; nil when the grid's intensity is not known.
        package var carbon: CarbonRecord?
        /// The instruction set of the kernels, such as `avx512`.
        package var instructionSet: String?
        /// W3C trace context of the event.
        package var traceparent: String?
        /// Beside it, in the record's headers only: what other tracing systems noted.
        package var tracestate: String?

        package init() {}
    }

    /// Points on the wall clock.
    package struct Timeline: Sendable, Hashable {
        /// When the images were taken.
        package var acquired: Timestamp?
        /// When the event was put on the bus: its CloudEvents time, else the record's timestamp.
        package var available: Timestamp?
        package var consumed: Timestamp?
        package var decoded: Timestamp?
        package var batched: Timestamp?
        package var inferStart: Timestamp?
        package var inferEnd: Timestamp?
        /// When this record was handed to the transaction; readers see it once that commits.
        package var published: Timestamp?

        package init() {}
    }

    /// The time from the event to the notification and its parts, by the monotonic clock except for
    /// ``topic``.
    package struct TimeToNotification: Sendable, Hashable {
        package var total: Duration?
        /// On the bus before the worker took it, by the wall clocks of two machines.
        package var topic: Duration?
        /// Waiting in the worker for a decoder.
        package var queue: Duration?
        package var fetch: Duration?
        package var decode: Duration?
        package var preprocess: Duration?
        /// Waiting for the batch to close and run.
        package var batch: Duration?
        package var infer: Duration?
        package var triage: Duration?
        package var publish: Duration?

        package init() {}
    }

    /// Images whose embedding was known from an earlier run.
    package struct CacheUse: Sendable, Hashable {
        /// The study's images, and how many of them needed no pass of the encoder.
        package let images: Int
        package let hits: Int
        /// What the passes of those took when they were computed; nil: not known.
        package let saved: Joules?

        package init(images: Int, hits: Int, saved: Joules?) {
            self.images = images
            self.hits = hits
            self.saved = saved
        }
    }

    /// The batch that the study ran in; of a study of many images, the last of its batches.
    package struct Batch: Sendable, Hashable {
        package let id: String
        /// How many images it held, of all studies.
        package let size: Int
        /// In how many batches the study's images ran, at least 1.
        package let batches: Int

        package init(id: String, size: Int, batches: Int = 1) {
            self.id = id
            self.size = size
            self.batches = batches
        }
    }
}
