import Foundation
import Testing

/// A folder of this run, removed with it: the model, the programs' caches, files made by tests.
enum RunFolder {
    /// Its path, with links resolved.
    static let path: String = {
        let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("vigil-e2e-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: RunFolder.path) }
        return path
    }()

    /// Where the programs may keep caches.
    static var variables: [String: String] { ["XDG_CACHE_HOME": path + "/cache"] }

    /// A tiny CLIP with seeded random weights, made once a run.
    static let model: Result<String, any Error> = Result { try untrained("model") }
    /// Another one, with other weights.
    static let otherModel: Result<String, any Error> = Result {
        try untrained("other", "--seed", "2")
    }

    private static func untrained(_ name: String, _ more: String...) throws -> String {
        let folder = path + "/" + name
        let run = try CommandRun(["model", "untrained", "--size", "tiny"] + more + [folder])
        try #require(run.code == 0, "\(run.error)")
        return folder
    }

    /// Writes a text into a folder of its own; gives its path.
    static func write(_ text: String, _ name: String) throws -> String {
        let path = try make() + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Makes an empty folder of its own for a test.
    static func make() throws -> String {
        let folder = path + "/" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return folder
    }
}
