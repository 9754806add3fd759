internal import Energy
internal import Settings

extension WorkerLimits {
    /// The bounds of the queues as set; decoded images are bounded to what four batches hold.
    init(_ settings: Settings) {
        self.init(
            inFlightMax: settings.queueInFlightMax, resumeBelow: settings.queueResumeBelow,
            preparedImagesMax: 4 * settings.batchSizeMax, batchImagesMax: settings.batchSizeMax,
            batchWaitMax: settings.batchWaitMax, attemptsMax: settings.retryAttemptsMax,
            transactionRecordsMax: settings.transactionRecordsMax,
            transactionWaitMax: settings.transactionWaitMax)
        inFlightBytesMax = settings.queueBytesMax
        urgentTopic = settings.topicsUrgent
        studyInstancesMax = settings.studyInstancesMax
        historiesMax = settings.studyRememberedMax
        retryBackoff = Backoff(first: settings.retryBackoff, longest: .seconds(60))
        deferral = DeferralPolicy(settings)
    }
}
