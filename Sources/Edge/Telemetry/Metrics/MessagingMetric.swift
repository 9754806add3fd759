internal import VigilCore

/// The metrics of OpenTelemetry's conventions for messaging that a worker has values for. Each says
/// what one of Vigil's own says, under the name that other tools look for.
enum MessagingMetric: CaseIterable {
    case consumed
    case sent
    case operation
    case process

    var name: String {
        switch self {
        case .consumed: "messaging.client.consumed.messages"
        case .sent: "messaging.client.sent.messages"
        case .operation: "messaging.client.operation.duration"
        case .process: "messaging.process.duration"
        }
    }

    var unit: String {
        switch self {
        case .consumed, .sent: "{message}"
        case .operation, .process: "s"
        }
    }

    /// Vigil's metric with the same values.
    var origin: MetricDefinition {
        switch self {
        case .consumed: CounterMetric.eventsConsumed.definition
        case .sent: CounterMetric.findingsProduced.definition
        case .operation: HistogramMetric.transactionDuration.definition
        case .process: HistogramMetric.processDuration.definition
        }
    }

    /// What the conventions want said of a series.
    ///
    /// - Parameters:
    ///   - labels: the values of the origin's labels.
    ///   - place: the worker's.
    func attributes(labels: [String], place: MessagingPlace) -> [TraceSpan.Attribute] {
        let own = Self.attributes(of: origin.labels, labels)
        let group = [TraceSpan.Attribute("messaging.consumer.group.name", place.group)]
        return switch self {
        case .consumed: Self.named("poll", "receive") + group + own
        case .sent:
            Self.named("send", "send") + [.init("messaging.destination.name", place.findings)]
                + own
        case .operation: Self.named("commit", "settle") + group + own
        case .process: Self.named("process", "process") + group + own
        }
    }

    private static func named(
        _ name: StaticString, _ type: StaticString
    ) -> [TraceSpan.Attribute] {
        [
            .init("messaging.system", "kafka" as StaticString),
            .init("messaging.operation.name", name), .init("messaging.operation.type", type),
        ]
    }

    /// Vigil's labels as attributes; what has no value, such as an error where all went well, is
    /// left out.
    static func attributes(
        of labels: [StaticString], _ values: [String]
    ) -> [TraceSpan.Attribute] {
        zip(labels, values).filter { !$0.1.isEmpty }.map {
            TraceSpan.Attribute(attribute(of: $0), label: $1)
        }
    }

    /// The conventions' name for one of Vigil's labels; its own where they have none.
    private static func attribute(of label: StaticString) -> StaticString {
        switch label.description {
        case "topic": "messaging.destination.name"
        case "partition": "messaging.destination.partition.id"
        case "error_type": "error.type"
        default: label
        }
    }
}
