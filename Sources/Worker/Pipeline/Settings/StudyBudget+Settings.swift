internal import Settings
internal import WorkerCore

extension StudyBudget {
    /// The bounds as set.
    init(_ settings: Settings) {
        self.init()
        imagesMax = settings.studyImagesMax
        bytesMax = settings.studyBytesMax
        readingTimeMax = settings.studyReadingMax
        processorTimeMax = settings.studyProcessorMax
    }
}
