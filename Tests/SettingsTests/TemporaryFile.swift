import FileKit

/// A file that is gone when its owner is. Where none can be made, its path names nothing.
final class TemporaryFile {
    let path: String
    private let folder: TestFolder?

    init(_ bytes: [UInt8], suffix: String = ".yaml") {
        folder = try? TestFolder()
        path = (try? folder?.write("settings\(suffix)", bytes)) ?? "/nonexistent"
    }

    convenience init(_ text: String, suffix: String = ".yaml") {
        self.init(Array(text.utf8), suffix: suffix)
    }
}
