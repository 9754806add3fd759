package import VigilCore

/// Something could not be kept in the cache, and will have to be made again.
package struct CacheFault: Sendable, Hashable {
    /// `packed_weights`, `prompts`, `images` or `similar`.
    package let cache: SafeText
    /// The file and what the system said of it.
    package let reason: SafeText

    /// Who is told of it; called on the thread that wanted to keep it.
    package typealias Listener = @Sendable (CacheFault) -> Void

    init(cache: SafeText, reason: SafeText) {
        self.cache = cache
        self.reason = reason
    }

    /// An index that could not be kept.
    package init(_ error: SimilarError) { self.init(cache: "similar", reason: error.what) }
}
