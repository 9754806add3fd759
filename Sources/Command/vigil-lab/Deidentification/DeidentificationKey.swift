import Pipeline
import VigilCore

/// The key of the command, held to what the workers' key is held to.
enum DeidentificationKey {
    /// Its bytes.
    ///
    /// - Throws: ``LabError/keyUnusable(_:)`` for a file that others may read, or whose bytes are
    ///   too few or plainly not random.
    static func read(_ path: String) throws(LabError) -> [UInt8] {
        do throws(PipelineError) {
            return try PseudonymKey(file: path).bytes
        } catch {
            guard case .pseudonymKeyUnusable(let reason) = error else {
                throw .keyUnusable("cannot be used")
            }
            throw .keyUnusable(reason)
        }
    }
}
