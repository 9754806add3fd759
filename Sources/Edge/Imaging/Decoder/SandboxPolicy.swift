/// What becomes of a decoder that cannot put on its protections (`decode.sandbox`).
package enum SandboxPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is not used: no file is decoded without them.
    case required
    /// It is used, and the lack is told.
    case preferred
    /// Landlock and seccomp are left out, for debuggers and tracers.
    case off
}
