/// The fixed bounds of histograms.
enum MetricBounds {
    /// Seconds of one step, the bounds that OpenTelemetry advises for messaging and HTTP.
    static let stepSeconds = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]
    /// Seconds from a study's arrival to its finding: a backlog may last for hours.
    static let latencySeconds = [
        0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
    ]
    /// Studies or records of one batch.
    static let batchSize = [1.0, 2, 4, 8, 16, 32, 64, 128]
    /// Records of one transaction.
    static let transactionRecords = [1.0, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    /// Joules of one study.
    static let joules = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000]
}
