internal import Energy
internal import Imaging
internal import Settings

extension WorkerLimits {
    /// The bounds of the queues as set. Decoded images are bounded to what four batches hold and to
    /// the bytes that events may have, but a batch at least; volumes run one by one.
    init(_ settings: Settings, input: InputManifest) {
        let batch = input.isVolume ? 1 : settings.batchSizeMax
        let bytes = max(1, input.tensorCount * MemoryLayout<Float>.stride)
        self.init(
            inFlightMax: settings.queueInFlightMax, resumeBelow: settings.queueResumeBelow,
            preparedImagesMax: max(batch, min(4 * batch, settings.queueBytesMax / bytes)),
            batchImagesMax: batch,
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
