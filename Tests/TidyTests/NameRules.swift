import Foundation

/// Names of files and tests.
enum NameRules {
    /// `Type.swift` declares `Type` or extends it; `Type+Capability.swift` extends `Type`.
    static func checkFileName(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        let parts = file.stem.split(separator: "+").map(String.init)
        guard let type = parts.first else { return [] }
        let kinds = ["struct", "class", "enum", "protocol", "actor", "typealias", "extension"]
        let found = file.code.contains { line in
            let words = line.split { " :<{.(".contains($0) }
            return zip(words, words.dropFirst()).contains { kind, name in
                kinds.contains(String(kind)) && name == type
            }
        }
        guard !found else { return [] }
        return [
            Finding(path: file.path, line: 0, advice: "name the file after the type in it")
        ]
    }

    /// A test's name is a sentence, in quotes after `@Test(` or in backticks.
    static func checkTestNames(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInTests, file.target != "TidyTests" else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard line.drop(while: { $0 == " " }).hasPrefix("@Test") else { return nil }
            let near = file.lines[index..<min(index + 3, file.lines.count)].joined(separator: " ")
            let after = near[(near.range(of: "@Test")?.upperBound ?? near.endIndex)...]
            let head = after.drop { $0 == "(" || $0 == " " }
            let quoted = head.hasPrefix("\"") ? head.dropFirst().prefix { $0 != "\"" } : ""
            let ticked =
                near.contains("func `") ? near.split(separator: "`").dropFirst().first : nil
            guard !quoted.contains(" "), ticked?.contains(" ") != true else { return nil }
            return Finding(
                path: file.path, line: index + 1,
                advice: "name the test by a sentence: @Test(\"a tombstone is refused\")")
        }
    }

    /// The names allowed at the top of the checkout, besides those that begin with a dot.
    static let top: Set<String> = [
        "Package.swift", "Package.resolved", "Sources", "Tests", "Deploy", "Schemas", "README.md",
        "LICENSE",
    ]

    static func checkTop(_ names: [String]) -> [Finding] {
        names.filter { !$0.hasPrefix(".") && !top.contains($0) }.map {
            Finding(path: $0, line: 0, advice: "move it into Sources, Tests, Deploy or Schemas")
        }
    }
}
