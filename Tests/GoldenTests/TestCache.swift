import Glibc

/// Where downloads for tests are kept.
enum TestCache {
    /// `$VIGIL_CACHE`, else `.cache` of the checkout.
    static let path: String = {
        if let path = getenv("VIGIL_CACHE") { return String(cString: path) }
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/.cache"
    }()
}
