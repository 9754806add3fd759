import Foundation

/// What is declared to be told is told: an event that nothing makes leaves its metrics at zero for
/// ever, and a dashboard that shows the zero lies.
enum EmitterRule {
    private static let events = "Sources/Edge/Telemetry/Events/"

    /// The rule over a whole tree.
    static func rule(for files: [SourceFile]) -> (SourceFile) -> [Finding] {
        let others = files.filter { $0.isSwift && $0.isInSources && !$0.path.hasPrefix(events) }
        let code = others.flatMap(\.code)
        return { file in
            guard file.path.hasPrefix(events) else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard let name = event(line), !code.contains(where: { isMade(name, in: $0) })
                else { return nil }
                return Finding(
                    path: file.path, line: index + 1,
                    advice: "nothing makes \(name): emit it where it happens, or remove it")
            }
        }
    }

    /// The event that a line declares.
    private static func event(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard words.count > 2, words[0] == "package", words[1] == "struct", words[2].last == ":",
            line.contains("TelemetryEvent")
        else { return nil }
        return String(words[2].dropLast())
    }

    private static func isMade(_ name: String, in line: String) -> Bool {
        guard let range = line.range(of: name + "(") else { return false }
        return line[..<range.lowerBound].last.map { !($0.isLetter || $0.isNumber) } ?? true
    }
}
