import BrokerTestKit
import Testing

/// Real workers on real brokers with real images: how events become outcomes, and what goes wrong
/// on the way. One test at a time, beside one of ``EndToEndAnswers``: a worker waits for its broker
/// half of the time, and three tests at once would starve each other on two cores.
@Suite(
    "End to end", .serialized,
    .enabled(if: Programs.areBuilt, "\(Programs.howToBuild)"),
    .enabled(if: Images.areThere, "\(Images.howToGet)"),
    .timeLimit(.minutes(3)))
enum EndToEnd: BrokerChoice {}
