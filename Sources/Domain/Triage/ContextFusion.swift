package import VigilCore

/// What is known of a study's patient, as scores are raised by it. Pure.
package struct ContextFusion: Sendable {
    private let raise: @Sendable (_ code: String, _ head: String?, _ score: Float) -> Finding.Fused?

    /// - Parameter raise: a score with what is known; nil where nothing is known that has a weight.
    package init(
        _ raise:
            @escaping @Sendable (
                _ code: String, _ head: String?, _ score: Float
            ) -> Finding.Fused?
    ) {
        self.raise = raise
    }

    /// A score with what is known of the patient. Nothing makes it less than it was.
    func fused(code: String, head: String?, score: Float) -> Finding.Fused? {
        raise(code, head, score).flatMap { $0.score >= score && $0.score <= 1 ? $0 : nil }
    }
}
