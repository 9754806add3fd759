/// What is declared for others is used by somebody: a name that nothing reads misleads whoever
/// finds it, and a setting that nothing reads is obeyed by nobody.
enum UsageRules {
    private static let settings = "Sources/Edge/Settings/"
    /// What the compiler calls, and what protocols of the language require.
    private static let called: Set<String> = [
        "appendInterpolation", "appendLiteral", "customMirror", "debugDescription", "description",
        "init",
    ]

    /// What only tests use, and why it stands in a module nevertheless. The list only gets shorter:
    /// a fake, a helper or a reference belongs beside the tests.
    static let forTests = [
        "RobertaTokenizer": "its ids are proven, and no family that has it is loaded yet",
        "preparedImages": "the bound on decoded images is held against it in simulations",
        "processIdentifiers": "tells a decoder that was kept from one that was made anew",
        "silent": "the tracer of a transport that tests put together",
        "waitingParts": "the bound on parts that wait is held against it in simulations",
    ]

    /// The rule over a whole tree: every name that other modules see stands somewhere else as well,
    /// and not in tests alone.
    static func names(
        in files: [SourceFile], forTests: [String: String] = forTests
    ) -> (SourceFile) -> [Finding] {
        let counts = counts(of: files.filter { $0.isSwift && $0.isInSources })
        let tested = Set(self.counts(of: files.filter { $0.isSwift && $0.isInTests }).keys)
        return { file in
            guard file.isSwift, file.isInSources else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard let name = declared(line), !called.contains(name), counts[name] == 1 else {
                    return nil
                }
                guard tested.contains(name) else {
                    return Finding(
                        path: file.path, line: index + 1,
                        advice: "nothing uses '\(name)': remove it, or use it where it belongs")
                }
                guard forTests[name] == nil else { return nil }
                return Finding(
                    path: file.path, line: index + 1,
                    advice: "tests alone use '\(name)': move it beside them, or remove it")
            }
        }
    }

    /// Those of ``forTests`` that the sources use by now, that no test uses or that are gone.
    static func outdated(
        in files: [SourceFile], forTests: [String: String] = forTests
    ) -> [String] {
        let counts = counts(of: files.filter { $0.isSwift && $0.isInSources })
        let tested = self.counts(of: files.filter { $0.isSwift && $0.isInTests })
        return forTests.keys.filter { counts[$0] != 1 || tested[$0] == nil }.sorted()
    }

    /// The rule over a whole tree: every value of the settings is read outside of their module, or
    /// by the rules between settings.
    static func settingsRead(in files: [SourceFile]) -> (SourceFile) -> [Finding] {
        let readers = files.filter { file in
            file.isSwift && file.isInSources
                && (!file.path.hasPrefix(settings) || file.stem == "SettingsRules")
        }
        let counts = counts(of: readers)
        return { file in
            guard file.path.hasPrefix(settings), file.stem.hasPrefix("Settings+") else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard let name = declared(line), counts[name] == nil else { return nil }
                return Finding(
                    path: file.path, line: index + 1,
                    advice: "nothing reads the setting '\(name)': obey it, or remove it")
            }
        }
    }

    private static func counts(of files: [SourceFile]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in files.lazy.flatMap(\.code) {
            for word in line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
                counts[String(word), default: 0] += 1
            }
        }
        return counts
    }

    /// The name that a line declares for other modules.
    private static func declared(_ line: String) -> String? {
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        let kinds: Set = [
            "func", "var", "let", "struct", "class", "enum", "protocol", "typealias",
        ]
        guard let first = words.first(where: { $0 != "discardableResult" }), first == "package",
            let place = words.firstIndex(where: kinds.contains), words.count > place + 1
        else { return nil }
        return words[place + 1]
    }
}
