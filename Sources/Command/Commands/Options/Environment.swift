#if canImport(Glibc)
    internal import Glibc
#endif

/// The variables that the process was started with.
package enum Environment {
    /// All variables; of two with one name the first stands, as in getenv(3).
    package static var variables: [String: String] {
        var out: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, out[String(parts[0])] == nil {
                out[String(parts[0])] = String(parts[1])
            }
            entry += 1
        }
        return out
    }
}
