internal import VigilCore
package import Wire
package import WorkerCore

/// What the transport needs to know besides the clients' configuration.
package struct TransportOptions: Sendable {
    package var inputTopic: String
    /// A second input topic, of studies that are not to wait behind those of the first.
    package var urgentTopic: String?
    /// Where studies that failed in a passing way come back from.
    package var retries: RetryTopics
    /// Which studies wait for cleaner hours, and where.
    package var deferrer: Deferrer
    /// By what it is decided how a record is taken in.
    package var rules: IntakeRules
    /// How many partitions topics have.
    package var partitions: PartitionCounts
    /// The topics that outcomes go to; they must exist.
    package var outputTopics: [String]
    /// How long to wait for the broker at the start.
    package var startupMax: Duration
    /// How long to finish what is in flight after a stop was asked for.
    package var drainMax: Duration
    /// How studies that come in parts are put together.
    package var parts: Parts
    /// What persons have ordered.
    package var orders: Orders
    /// What is known of patients.
    package var patients: KnownPatients

    /// Where orders stand, and what else moves the worklist.
    package struct Orders: Sendable {
        /// The compacted topic of orders.
        package var topic: String
        /// Whether a model that is not validated moves the worklist.
        package var unvalidatedMayRaise: Bool

        package init(topic: String, unvalidatedMayRaise: Bool) {
            self.unvalidatedMayRaise = unvalidatedMayRaise
            self.topic = topic
        }
    }

    /// What is to be known of studies that come in parts.
    package struct Parts: Sendable {
        /// Where what was said of them stands, of this version and of the last.
        package var findingTopics: [String]
        package var pseudonyms: PseudonymKey

        package init(findingTopics: [String], pseudonyms: PseudonymKey) {
            self.findingTopics = findingTopics
            self.pseudonyms = pseudonyms
        }
    }

    package init(
        inputTopic: String, urgentTopic: String? = nil, retries: RetryTopics,
        deferrer: Deferrer, rules: IntakeRules, partitions: PartitionCounts,
        outputTopics: [String], startupMax: Duration, drainMax: Duration, parts: Parts,
        orders: Orders, patients: KnownPatients = KnownPatients()
    ) {
        self.parts = parts
        self.patients = patients
        self.orders = orders
        self.inputTopic = inputTopic
        self.urgentTopic = urgentTopic
        self.retries = retries
        self.deferrer = deferrer
        self.rules = rules
        self.partitions = partitions
        self.outputTopics = outputTopics
        self.startupMax = startupMax
        self.drainMax = drainMax
    }

    /// All topics that are read; they must exist.
    var intakeTopics: [String] {
        [inputTopic] + [urgentTopic, rules.rights.topic].compactMap { $0 } + returns.names
    }

    /// Those whose records are polled first.
    var urgentTopics: Set<String> {
        Set([urgentTopic, rules.placement.placed.urgent].compactMap { $0 })
    }

    /// The topics that workers write to for themselves.
    var returns: ReturnTopics {
        ReturnTopics(
            retries: retries, deferrals: deferrer.topic, placed: rules.placement.placed)
    }
}
