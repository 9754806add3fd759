package import VigilCore
internal import Wire

/// A study that failed at a stage, with the module's own error.
package struct StageFailure: Error, Sendable {
    package let stage: Stage
    package let error: any VigilError
    /// Whether it may be another time, though the error itself does not say so.
    package let mayPass: Bool

    package init(_ stage: Stage, _ error: any VigilError, mayPass: Bool = false) {
        self.stage = stage
        self.error = error
        self.mayPass = mayPass
    }

    /// Whether nobody wants the event's result, which is nobody's fault.
    var isUnwanted: Bool {
        switch error as? WireError {
        case .expired, .duplicate, .withdrawn, .nothingToRecall: true
        default: false
        }
    }
}
