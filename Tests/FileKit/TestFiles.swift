import Files
import Glibc

/// Files that tests read.
package enum TestFiles {
    /// Where downloads for tests are kept: `$VIGIL_CACHE`, else `.cache` of the checkout.
    package static let cache: String = {
        if let path = getenv("VIGIL_CACHE") { return String(cString: path) }
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/.cache"
    }()

    /// The bytes of a file, nil when it does not read.
    package static func read(_ path: String) -> [UInt8]? {
        try? FileHead.read(path, bytesMax: .max)
    }

    /// The path of a committed vector of the target that asks, which stands beside its tests.
    package static func vectorPath(_ name: String, test: String = #filePath) -> String {
        let folder = test.prefix(upTo: test.lastIndex(of: "/") ?? test.endIndex)
        return "\(folder)/Vectors/\(name)"
    }

    /// A committed vector of the target that asks.
    package static func vector(_ name: String, test: String = #filePath) -> [UInt8]? {
        read(vectorPath(name, test: test))
    }
}
