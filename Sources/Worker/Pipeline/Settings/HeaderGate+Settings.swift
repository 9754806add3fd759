internal import Imaging
internal import Settings
internal import VigilCore

extension HeaderGate {
    /// The gate of a worker's models.
    init(_ model: StudyInference, _ settings: Settings) {
        self.init(
            intended: model.intended,
            takesWithout: Set(settings.gateTakeWithout.compactMap(HeaderAttribute.init)))
    }
}
