internal import Imaging
internal import Settings
internal import VigilCore
internal import Wire
internal import WorkerCore

extension WorkerLimits {
    /// The bounds of the queues as set. Of what goes before a study, decoded images are bounded to
    /// what four batches hold and to the bytes that events may have, but a batch at least; all
    /// together, to five times that and to half of memory.studies-max-mb, of which what volumes are
    /// made of may take the other half. Volumes run one by one, and no more than two at a time:
    /// a pass of theirs takes much memory.
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
        let share = settings.memoryStudiesMax / 2
        reading.imagesTotalMax = max(2 * batch, min(reading.imagesTotalMax, share / bytes))
        reading.heldBytesMax = share
        if input.isVolume { batches.underWayMax = 2 }
        intake.bytesMax = settings.queueBytesMax
        intake.urgentTopics = Set(
            [settings.topicsUrgent, ReturnTopics(settings).placed.urgent].compactMap { $0 })
        studies.instancesMax = settings.studyInstancesMax
        studies.historiesMax = settings.studyRememberedMax
        studies.revisableBytesMax =
            settings.contextReviseFor == nil ? 0 : settings.contextReviseMaxBytes
        retries.backoff = Backoff(first: settings.retryBackoff, longest: .seconds(60))
        deferral = DeferralPolicy(settings)
    }
}
