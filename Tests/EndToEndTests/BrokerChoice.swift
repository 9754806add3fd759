import BrokerTestKit

/// Which brokers a suite runs on.
protocol BrokerChoice {}

extension BrokerChoice {
    /// Where exactly-once is proven: the demo broker neither evicts dead members nor fences old
    /// generations of a group.
    static var apacheKafka: BrokerKind { .apacheKafka }
    /// The broker of tests that are about something else.
    static var anyBroker: BrokerKind { BrokerKind.available.first ?? .demo }
    /// Whether there is any broker.
    static var hasBroker: Bool { !BrokerKind.available.isEmpty }
    /// The line that a test skipped for want of any broker shows.
    static var howToGetBroker: String { "no broker: \(BrokerKind.demo.howToGet)" }
}
