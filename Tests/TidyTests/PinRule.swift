/// What scripts install of Python: by version and hashes, and by nothing else.
enum PinRule {
    /// A list of requirements: each of a version, followed by hashes.
    static func check(list: SourceFile) -> [Finding] {
        list.lines.enumerated().compactMap { index, line in
            guard !line.isEmpty, !line.hasPrefix("#"), !line.hasPrefix(" ") else { return nil }
            let next = list.lines.dropFirst(index + 1).first ?? ""
            let isPinned =
                line.contains("==") && line.hasSuffix("\\")
                && next.hasPrefix("    --hash=sha256:")
            return isPinned
                ? nil
                : Finding(path: list.path, line: index + 1, advice: "pin it by version and hashes")
        }
    }

    /// A script: pip installs and downloads by hashes alone.
    static func check(script: SourceFile) -> [Finding] {
        let call = /(?:^\s*|-m )pip (?:install|download)\b/
        return script.lines.enumerated().compactMap { index, line in
            guard line.contains(call), !line.hasPrefix("#") else { return nil }
            var command = line
            var rest = script.lines.dropFirst(index + 1)
            while command.hasSuffix("\\"), let next = rest.popFirst() { command += next }
            return command.contains("--require-hashes")
                ? nil
                : Finding(
                    path: script.path, line: index + 1, advice: "give pip --require-hashes")
        }
    }
}
