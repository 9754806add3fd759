/// Imports stand in Package.swift, the one place of the graph, and point down only.
enum LayerRules {
    /// What the targets of each group may import besides VigilCore's values and their own group.
    static let below: [String: Set<String>] = [
        "Command": ["Worker", "Domain", "Engine", "Edge", "Platform", "Lab"],
        "Worker": ["Domain", "Engine", "Edge", "Platform"],
        "Lab": ["Engine", "Platform"],
        "Domain": ["Platform"],
        // Models take what was read of images.
        "Engine": ["Edge", "Platform"],
        "Edge": ["Platform"],
        "Platform": [],
    ]

    /// The values that every group may import.
    private static let values = "VigilCore"

    /// Modules of the toolchain that every target may import.
    static let toolchain: Set<String> = ["Glibc", "Darwin", "Synchronization", "Swift"]

    /// Targets of values, decisions and readers, which make no call of the system: Platform makes
    /// those, and whoever uses it.
    static let withoutSystem: Set<String> = [
        "VigilCore", "Triage", "Context", "Reporting", "Quality", "Deidentification", "WorkerCore",
        "Wire", "Tokenizers", "ByteReading",
    ]

    /// Targets that may import `FoundationEssentials`; none may import `Foundation`.
    static let foundation: Set<String> = ["Wire", "Settings", "Weights", "Tokenizers"]

    static func check(_ file: SourceFile) -> [Finding] {
        check(file, PackageGraph.here)
    }

    static func check(_ file: SourceFile, _ graph: PackageGraph) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        guard let allowed = graph.targets[file.target]?.dependencies else {
            return [
                Finding(
                    path: file.path, line: 0,
                    advice: "Package.swift has no target \(file.target)")
            ]
        }
        return file.code.enumerated().compactMap { index, line in
            guard let module = imported(line) else { return nil }
            let isSystem = ["Glibc", "Darwin", "CLinux"].contains(module)
            if isSystem, withoutSystem.contains(file.target) {
                return Finding(
                    path: file.path, line: index + 1,
                    advice: "\(file.target) makes no call of the system: Processes and Files do")
            }
            if allowed.contains(module) || toolchain.contains(module) { return nil }
            if module == "FoundationEssentials", foundation.contains(file.target) { return nil }
            let advice =
                module.hasPrefix("Foundation")
                ? "no Foundation here; use the values of VigilCore"
                : "\(file.target) may not import \(module): Package.swift does not say so"
            return Finding(path: file.path, line: index + 1, advice: advice)
        }
    }

    /// Dependencies that point up or that no file of the target imports.
    static func checkGraph(_ graph: PackageGraph, _ files: [SourceFile]) -> [Finding] {
        let swift = files.filter { $0.isSwift && $0.isInSources }
        let used = Dictionary(grouping: swift, by: \.target).mapValues { files in
            Set(files.flatMap { $0.code.compactMap { imported($0) } })
        }
        return graph.targets.sorted { $0.key < $1.key }.flatMap { name, target in
            target.dependencies.sorted().compactMap { other -> Finding? in
                guard let group = target.group, let theirs = graph.targets[other]?.group else {
                    return nil
                }
                let fault: String
                if let used = used[name], !used.contains(other) {
                    fault = "\(name) depends on \(other), which no file of it imports"
                } else if other != values, group != theirs,
                    below[group]?.contains(theirs) != true
                {
                    fault = "\(name) of \(group) depends on \(other) of \(theirs), which is above"
                } else {
                    return nil
                }
                return Finding(path: "Package.swift", line: 0, advice: fault)
            }
        }
    }

    /// The module that a line imports, if it is an import.
    static func imported(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
            words[..<position].allSatisfy({ isModifier($0) })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let"]
        let named = words[(position + 1)...].first { !kinds.contains($0) }
        return named.map { String($0.prefix { $0 != "." }) }
    }

    private static func isModifier(_ word: Substring) -> Bool {
        word.hasPrefix("@")
            || ["internal", "package", "public", "private", "fileprivate"].contains(word)
    }
}
