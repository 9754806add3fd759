/// A program of ours that others' libraries run threads in leaves by `ProcessEnd.leave`: exit(3)
/// cleans up under threads that were left to themselves.
enum ProgramEndRule {
    private static let home = "Sources/Platform/Processes/"
    /// Programs that link no client with threads of its own.
    private static let alone: Set<String> = ["DicomDecoder", "DicomEncoder", "GeneratorHost"]

    static func check(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources, !file.path.hasPrefix(home),
            !alone.contains(file.target)
        else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard line.contains(/(?:^|[^\w.])exit\(/) else { return nil }
            return Finding(
                path: file.path, line: index + 1, advice: "leave by 'ProcessEnd.leave(_:)'")
        }
    }
}
