import Foundation

/// The files of the checkout that this test was built from.
enum SourceTree {
    /// The root of the checkout.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The files that the rules read.
    static let files = paths.filter(isText).compactMap(file)

    /// Those, and what Grafana, Prometheus and systemd are told.
    static let told =
        files
        + paths.filter {
            $0.hasPrefix("Deploy/grafana/") && !isText($0)
                || $0.hasPrefix("Deploy/") && $0.hasSuffix(".conf")
        }.compactMap(file)

    /// The text of a file that the rules read.
    static func text(_ path: String) -> String? {
        files.first { $0.path == path }?.lines.joined(separator: "\n")
    }

    /// A file, if it is text.
    static func file(_ path: String) -> SourceFile? {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else {
            return nil
        }
        return SourceFile(path: path, text: text)
    }

    /// All files that belong to the project, from the root, sorted. What git ignores is left out.
    static let paths: [String] = {
        let folders = ["Sources", "Tests", "Deploy", "Schemas"]
        var out: [String] = []
        for folder in folders {
            let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let path = found?.nextObject() as? String {
                if path.contains("__pycache__") { continue }
                let full = folder + "/" + path
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(
                    atPath: root.appending(path: full).path, isDirectory: &isFolder)
                if exists && !isFolder.boolValue { out.append(full) }
            }
        }
        let top = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return (out + top.filter { $0.hasSuffix(".swift") || $0.hasSuffix(".md") }).sorted()
    }()

    /// The names at the top of the checkout.
    static var top: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted()
    }

    /// Whether there is a file or folder.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The size of a file in bytes.
    static func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: root.appending(path: path).path)
        return (attributes?[.size] as? Int) ?? 0
    }

    private static func isText(_ path: String) -> Bool {
        let endings = [
            ".swift", ".c", ".h", ".cpp", ".hpp", ".inc", ".py", ".md", ".yaml", ".service", ".sh",
        ]
        let isScript = path.hasPrefix("Deploy/") && !path.dropFirst(7).contains(".")
        return isScript || endings.contains { path.hasSuffix($0) }
    }
}
