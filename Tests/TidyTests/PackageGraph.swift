import Foundation

/// The targets of Package.swift and what each depends on, as SwiftPM reads them.
struct PackageGraph {
    struct Target {
        /// The folder of `Sources` that it stands in; nil elsewhere.
        let group: String?
        /// What it is linked with.
        let dependencies: Set<String>
        /// Programs that are built with it, since it runs them.
        var programs: Set<String> = []
    }

    let targets: [String: Target]
    /// The targets of each program, by the program's name.
    let products: [String: Set<String>]

    /// That of this checkout.
    static let here: PackageGraph = (try? read()) ?? PackageGraph(targets: [:])

    private struct Failure: Error {}

    /// Has SwiftPM say it, in a folder of its own: another SwiftPM may be at work in this one.
    private static func read() throws -> PackageGraph {
        let scratch = FileManager.default.temporaryDirectory
            .appending(path: "vigil-graph-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", SourceTree.root.path, "--scratch-path",
            scratch.path, "dump-package",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return try PackageGraph(dump: data)
    }

    init(targets: [String: Target], products: [String: Set<String>] = [:]) {
        self.targets = targets
        self.products = products
    }

    /// All targets that a program is built of.
    func reached(by product: String) -> Set<String> {
        var found = products[product] ?? []
        var open = found
        while let name = open.popFirst() {
            open.formUnion((targets[name]?.dependencies ?? []).subtracting(found))
            found.formUnion(targets[name]?.dependencies ?? [])
        }
        return found
    }

    /// Reads what `swift package dump-package` writes.
    init(dump: Data) throws {
        let package = try JSONSerialization.jsonObject(with: dump) as? [String: Any]
        guard let listed = package?["targets"] as? [[String: Any]],
            let built = package?["products"] as? [[String: Any]]
        else { throw Failure() }
        products = built.reduce(into: [:]) { found, product in
            guard let name = product["name"] as? String else { return }
            found[name] = Set(product["targets"] as? [String] ?? [])
        }
        let programs = Set(
            listed.filter { $0["type"] as? String == "executable" }
                .compactMap { $0["name"] as? String })
        targets = listed.reduce(into: [:]) { found, target in
            guard let name = target["name"] as? String else { return }
            let parts = (target["path"] as? String ?? "").split(separator: "/")
            let named = Set(
                (target["dependencies"] as? [[String: Any]] ?? []).compactMap { entry in
                    (entry.values.first as? [Any])?.first as? String
                })
            found[name] = Target(
                group: parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil,
                dependencies: named.subtracting(programs),
                programs: named.intersection(programs))
        }
    }
}
