package import VigilCore
package import Wire
package import WorkerCore

extension TransportLoop {
    /// What the loop needs to know besides the clients' configuration.
    package struct Options: Sendable {
        package var inputTopic: String
        /// A second input topic, of studies that are not to wait behind those of the first.
        package var urgentTopic: String?
        /// Where studies that failed in a passing way come back from.
        package var retries: RetryTopics
        /// Which studies wait for cleaner hours, and where.
        package var deferrer: Deferrer
        /// Which partition owns a study, and where what stands elsewhere is forwarded to.
        package var placement: StudyPlacement
        /// How many partitions topics have.
        package var partitions: PartitionCounts
        /// The topics that outcomes go to; they must exist.
        package var outputTopics: [String]
        /// How long to wait for the broker at the start.
        package var startupMax: Duration
        /// How long to finish what is in flight after a stop was asked for.
        package var drainMax: Duration
        /// How long each priority may take from the event to the finding.
        package var deadlines: @Sendable (Priority) -> Duration
        /// How far the times that producers write are believed.
        package var producerClock: ProducerClock
        /// How studies that come in parts are put together.
        package var parts: Parts
        /// What persons have ordered, and who may order less.
        package var orders: Orders

        /// Where orders stand, and who may lower them.
        package struct Orders: Sendable {
            /// The compacted topic of orders.
            package var topic: String
            package var rights: OrderRights
            /// Whether a model that is not validated moves the worklist.
            package var unvalidatedMayRaise: Bool

            package init(topic: String, rights: OrderRights, unvalidatedMayRaise: Bool) {
                self.unvalidatedMayRaise = unvalidatedMayRaise
                self.topic = topic
                self.rights = rights
            }
        }

        /// What is to be known of studies that come in parts.
        package struct Parts: Sendable {
            /// Where what was said of them stands, of this version and of the last.
            package var findingTopics: [String]
            package var pseudonyms: PseudonymKey
            /// How long a study of each priority waits for the parts that it expects.
            package var wait: @Sendable (Priority) -> Duration

            package init(
                findingTopics: [String], pseudonyms: PseudonymKey,
                wait: @escaping @Sendable (Priority) -> Duration
            ) {
                self.findingTopics = findingTopics
                self.pseudonyms = pseudonyms
                self.wait = wait
            }
        }

        package init(
            inputTopic: String, urgentTopic: String? = nil, retries: RetryTopics,
            deferrer: Deferrer, placement: StudyPlacement, partitions: PartitionCounts,
            outputTopics: [String], startupMax: Duration, drainMax: Duration,
            producerClock: ProducerClock, parts: Parts, orders: Orders,
            deadlines: @escaping @Sendable (Priority) -> Duration
        ) {
            self.producerClock = producerClock
            self.parts = parts
            self.orders = orders
            self.inputTopic = inputTopic
            self.urgentTopic = urgentTopic
            self.retries = retries
            self.deferrer = deferrer
            self.placement = placement
            self.partitions = partitions
            self.outputTopics = outputTopics
            self.startupMax = startupMax
            self.drainMax = drainMax
            self.deadlines = deadlines
        }

        /// All topics that are read; they must exist.
        var intakeTopics: [String] {
            [inputTopic] + [urgentTopic, orders.rights.topic].compactMap { $0 } + returns.names
        }

        /// Those whose records are polled first.
        var urgentTopics: Set<String> {
            Set([urgentTopic, placement.placed.urgent].compactMap { $0 })
        }

        /// The topics that workers write to for themselves.
        var returns: ReturnTopics {
            ReturnTopics(retries: retries, deferrals: deferrer.topic, placed: placement.placed)
        }
    }
}
