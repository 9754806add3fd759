internal import VigilCore

/// The metrics of OpenTelemetry's conventions for messaging that a worker has values for. Each says
/// what one of Vigil's own says, under the name that other tools look for.
enum MessagingMetric: CaseIterable {
    case consumed
    case sent
    case operation

    var name: String {
        switch self {
        case .consumed: "messaging.client.consumed.messages"
        case .sent: "messaging.client.sent.messages"
        case .operation: "messaging.client.operation.duration"
        }
    }

    var unit: String {
        switch self {
        case .consumed, .sent: "{message}"
        case .operation: "s"
        }
    }

    /// Vigil's metric with the same values.
    var origin: MetricDefinition {
        switch self {
        case .consumed: CounterMetric.eventsConsumed.definition
        case .sent: CounterMetric.findingsProduced.definition
        case .operation: HistogramMetric.transactionDuration.definition
        }
    }

    /// What the conventions want said of a series.
    ///
    /// - Parameters:
    ///   - labels: the values of the origin's labels.
    ///   - findings: the topic that findings go to.
    func attributes(labels: [String], findings: SafeText) -> [TraceSpan.Attribute] {
        let own = zip(origin.labels, labels).map {
            TraceSpan.Attribute(Self.attribute(of: $0), label: $1)
        }
        return switch self {
        case .consumed: Self.named("poll", "receive") + own
        case .sent:
            Self.named("send", "send") + [.init("messaging.destination.name", findings)] + own
        case .operation: Self.named("commit", "settle") + own
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

    /// The conventions' name for one of Vigil's labels; its own where they have none.
    static func attribute(of label: StaticString) -> StaticString {
        switch label.description {
        case "topic": "messaging.destination.name"
        case "partition": "messaging.destination.partition.id"
        default: label
        }
    }
}
