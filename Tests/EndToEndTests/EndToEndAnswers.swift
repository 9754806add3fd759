import BrokerTestKit
import Testing

/// Real workers and commands on real images: what they answer, why, and at what cost. One test at a
/// time, beside one of ``EndToEnd``.
@Suite(
    "End to end, answers", .serialized,
    .enabled(if: Programs.areBuilt, "\(Programs.howToBuild)"),
    .enabled(if: Images.areThere, "\(Images.howToGet)"),
    .timeLimit(.minutes(3)))
enum EndToEndAnswers: BrokerChoice {}
