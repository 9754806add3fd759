import Foundation

/// The source tree that the tests were built from.
enum Checkout {
    /// Its root.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    /// Where downloads are kept.
    static let cache =
        ProcessInfo.processInfo.environment["VIGIL_CACHE"].flatMap { $0.isEmpty ? nil : $0 }
        ?? root + "/.cache"
}
