import Foundation

/// What a text sends its reader to is there: commands, options, settings, variables, metrics and
/// files, in the literals of the sources, in pages, in scripts and in files for other programs.
enum MentionRule {
    /// The rule over a whole tree.
    static func rule(
        for files: [SourceFile], exists: @escaping (String) -> Bool
    ) -> (SourceFile) -> [Finding] {
        let names = ProgramNames(files)
        return { file in
            texts(of: file).flatMap { text in
                faults(in: text, isSource: file.isSwift, names, exists).filter {
                    // The decoder is a program of its own, whose options only the worker gives, and
                    // styles of a page have names that look like options.
                    !($0.contains("option") && otherOptions.contains(file.target))
                }.map {
                    Finding(path: file.path, line: text.line, advice: $0)
                }
            } + links(of: file, exists)
        }
    }

    private static let otherOptions: Set<String> = [
        "DicomDecoder", "DicomEncoder", "Imaging", "Evaluation",
    ]

    /// The texts of a file that people read or follow.
    private static func texts(of file: SourceFile) -> [SwiftTexts.Text] {
        if file.isSwift {
            return file.isInSources ? SwiftTexts.all(file.lines) : []
        }
        let isTold =
            file.path.hasSuffix(".md")
            || file.path.hasPrefix("Deploy/") && !file.isC
                && !file.path.hasSuffix(".py")
        guard isTold else { return [] }
        return file.lines.enumerated().map { .init(line: $0.offset + 1, words: $0.element) }
    }

    private static func faults(
        in text: SwiftTexts.Text, isSource: Bool, _ names: ProgramNames,
        _ exists: (String) -> Bool
    ) -> [String] {
        let words = text.words
        var faults: [String] = []
        for words in commands(in: words, isSource: isSource) where !names.isCommand(words) {
            faults.append("there is no command vigil \(words.joined(separator: " "))")
        }
        for match in words.matches(of: /(?:^|[`'"( ])(VIGIL_[A-Z0-9_]*)/) {
            let isPattern =
                match.1.hasPrefix("VIGIL_KAFKA__") || match.1 == "VIGIL_SECTION__KEY"
                || match.1.hasSuffix("_")
            if !isPattern, !names.variables.contains(String(match.1)) {
                faults.append("nothing reads the variable \(match.1)")
            }
        }
        for match in words.matches(of: /(?:^|[^\w.\/$-])(vigil_[a-z0-9_]*[a-z0-9])/)
        where !isMetric(match.1, names) {
            faults.append("there is no metric \(match.1)")
        }
        let paths = /(?:^|[^\w.\/<-])((?:Deploy|Schemas|Tests|Sources)\/[\w.\/+-]*\w)/
        for match in words.matches(of: paths) where !exists(String(match.1)) {
            faults.append("there is no file \(match.1)")
        }
        return faults + settings(in: words, names) + options(in: words, isSource: isSource, names)
    }

    /// The words behind the program's name, where it stands as a command and not in a sentence.
    private static func commands(in words: String, isSource: Bool) -> [[Substring]] {
        let written = /(?:^\s*|[`'"(]|\/bin\/)vigil ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?(?![\w\/=])/
        let said = /(?:^|[`'"( ])vigil ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?(?![\w\/=])/
        return words.matches(of: isSource ? said : written).map { match in
            [match.1] + (match.2.map { [$0] } ?? [])
        }
    }

    private static func isMetric(_ name: Substring, _ names: ProgramNames) -> Bool {
        let endings = ["", "_bucket", "_sum", "_count"]
        return endings.contains { ending in
            name.hasSuffix(ending) && names.metrics.contains(String(name.dropLast(ending.count)))
        }
    }

    /// Names with a section of the settings before the dot. What is no setting is a member of a
    /// message, a file or a topic.
    private static func settings(in words: String, _ names: ProgramNames) -> [String] {
        let dotted =
            /(?:^|[^\w.\/$-])([a-z]+)\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?![\w(\/:*-]|\.\w)/
        return words.matches(of: dotted).compactMap { match in
            let name = "\(match.1).\(match.2)"
            guard names.sections.contains(String(match.1)), !names.settings.contains(name),
                !others.contains(name), !endings.contains(String(match.2))
            else { return nil }
            return "there is no setting \(name)"
        }
    }

    /// What has the look of settings: members of messages and of tokenizers' files, and a property
    /// of librdkafka.
    private static let others: Set<String> = [
        "carbon.grams", "study.uid", "model.vocab", "log.queue",
    ]
    /// Of files.
    private static let endings: Set<String> = [
        "json", "jsonl", "safetensors", "pt", "onnx", "csv", "dcm", "md", "py", "yml", "txt",
        "html",
    ]

    /// Options in the sources' own texts, and behind a command of Vigil in pages.
    private static func options(
        in words: String, isSource: Bool, _ names: ProgramNames
    ) -> [String] {
        guard isSource || !commands(in: words, isSource: false).isEmpty else { return [] }
        return words.matches(of: /(?:^|[`'"( ])--([a-z][a-z0-9-]*)(?![\w:-])/).compactMap { match in
            names.options.contains(String(match.1)) ? nil : "there is no option --\(match.1)"
        }
    }

    /// Links of pages to other files of the tree.
    private static func links(of file: SourceFile, _ exists: (String) -> Bool) -> [Finding] {
        guard file.path.hasSuffix(".md") else { return [] }
        let folder = file.path.split(separator: "/").dropLast()
        return file.lines.enumerated().flatMap { index, line in
            line.matches(of: /\]\(([^)#: ]+)(?:#[^)]*)?\)/).compactMap { match in
                var parts = folder
                for part in match.1.split(separator: "/") where part != "." {
                    if part == ".." { _ = parts.popLast() } else { parts.append(part) }
                }
                let path = parts.joined(separator: "/")
                return exists(path)
                    ? nil
                    : Finding(path: file.path, line: index + 1, advice: "there is no file \(path)")
            }
        }
    }
}
