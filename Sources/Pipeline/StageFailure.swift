package import VigilCore
internal import Wire

/// A study that failed at a stage, with the module's own error.
package struct StageFailure: Error, Sendable {
    package let stage: Stage
    package let error: any VigilError

    package init(_ stage: Stage, _ error: any VigilError) {
        self.stage = stage
        self.error = error
    }

    /// Whether the event's time had passed, which is nobody's fault.
    var isExpiry: Bool { error as? WireError == .expired }
}
