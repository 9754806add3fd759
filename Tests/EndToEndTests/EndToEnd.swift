import BrokerTestKit
import Testing

/// Real workers on real brokers with real images. One test at a time, since each of them keeps the
/// machine busy on its own.
@Suite(
    "End to end", .serialized,
    .enabled(if: Programs.areBuilt, "\(Programs.howToBuild)"),
    .enabled(if: Images.areThere, "\(Images.howToGet)"),
    .timeLimit(.minutes(3)))
enum EndToEnd {
    /// Where exactly-once is proven: the demo broker neither evicts dead members nor fences old
    /// generations of a group.
    static let apacheKafka = BrokerKind.apacheKafka
    /// The broker of tests that are about something else.
    static var anyBroker: BrokerKind { BrokerKind.available.first ?? .demo }
    /// Whether there is any broker.
    static let hasBroker = !BrokerKind.available.isEmpty
    /// The line that a test skipped for want of any broker shows.
    static let howToGetBroker = "no broker: \(BrokerKind.demo.howToGet)"
}
