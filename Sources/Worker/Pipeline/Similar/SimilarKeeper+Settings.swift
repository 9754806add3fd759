internal import FoundationModel
internal import Settings

extension SimilarKeeper {
    /// As set, for the model that answers; nil: nothing is kept.
    convenience init?(
        _ settings: Settings, _ model: StudyInference,
        onFault: @escaping CacheFault.Listener
    ) throws(SimilarError) {
        guard let folder = settings.similarIndex else { return nil }
        try self.init(
            folder: folder, model: model.encoder, studiesMax: settings.similarStudiesMax,
            onFault: onFault)
    }
}
