extension SettingKey {
    /// Settings of transactions, retries, start and end.
    var deliveryDefinition: SettingDefinition {
        switch self {
        case .transactionRecordsMax:
            .init(
                self, .integer(1...10_000), .integer(100),
                "Study events whose outcomes one transaction holds at most.")
        case .transactionWaitMax:
            .init(
                self, .integer(0...10_000), .integer(20), unit: "ms",
                "How long an outcome waits for others to share its transaction.")
        case .retryAttemptsMax:
            .init(
                self, .integer(1...100), .integer(3),
                "Attempts at a study before it goes to the next retry topic.")
        case .retryBackoff:
            .init(
                self, .integer(1...600_000), .integer(200), unit: "ms",
                "The pause before the second attempt; it doubles with each further one.")
        case .retryTopicPause:
            .init(
                self, .integer(0...86_400_000), .integer(30_000), unit: "ms",
                "How long a study stays in the first retry topic; ten times longer in each next.")
        case .startupTimeout:
            .init(
                self, .integer(100...3_600_000), .integer(60_000), unit: "ms",
                "How long the worker waits for a broker at start before it gives up (exit code 69)."
            )
        case .testCrashAt:
            .init(
                self, .choice(CrashPoint.allCases.map(\.rawValue)),
                .text(CrashPoint.none.rawValue),
                "For tests of recovery only: kills the worker at this point of a transaction.")
        case .testCrashAfter:
            .init(
                self, .integer(1...1_000_000), .integer(1),
                "At which transaction with studies test.crash-at strikes, counted from 1.")
        default:  // .shutdownDrainMax
            .init(
                .shutdownDrainMax, .integer(0...600_000), .integer(10_000), unit: "ms",
                "How long SIGTERM lets studies in flight finish; the rest run again elsewhere.")
        }
    }
}
