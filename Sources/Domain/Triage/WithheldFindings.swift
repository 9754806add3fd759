internal import VigilCore

/// Of which findings nothing may be said, whatever their scores.
package struct WithheldFindings: Sendable, Hashable {
    /// Everything may be said.
    package static let none = WithheldFindings(stopped: [], isOutsideEnvelope: false)

    /// The codes of findings that operators have stopped.
    private let stopped: Set<String>
    /// Whether the envelope of changes does not hold any more: then nothing is said at all.
    private let isOutsideEnvelope: Bool

    /// Takes both.
    package init(stopped: Set<String>, isOutsideEnvelope: Bool) {
        self.stopped = stopped
        self.isOutsideEnvelope = isOutsideEnvelope
    }

    /// Why nothing is said of a finding; nil: something may be.
    func reason(of code: String) -> Finding.Abstention? {
        if stopped.contains(code) { return .stopped }
        return isOutsideEnvelope ? .outsideEnvelope : nil
    }
}
