package import VigilCore

/// Something could not be kept in the cache, and will have to be made again.
package struct CacheFault: Sendable, Hashable {
    /// `packed_weights`, `prompts` or `images`.
    package let cache: SafeText
    /// The file and what the system said of it.
    package let reason: SafeText

    /// Who is told of it; called on the thread that wanted to keep it.
    package typealias Listener = @Sendable (CacheFault) -> Void
}
