package import WorkerCore

extension WorkerLimits {
    /// Bounds so small that a short run meets all of them.
    package static let simulated: WorkerLimits = {
        var limits = WorkerLimits(
            inFlightMax: 12, resumeBelow: 6, preparedImagesMax: 6, batchImagesMax: 3,
            batchWaitMax: .milliseconds(20), attemptsMax: 3, transactionRecordsMax: 4,
            transactionWaitMax: .milliseconds(5))
        limits.deferral = DeferralPolicy(
            margin: .milliseconds(100), studiesMax: 3, idle: .milliseconds(50))
        return limits
    }()
}
