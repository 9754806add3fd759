import Foundation

/// Calls and words that may not stand in the tree, each with what to do instead.
enum WordRules {
    /// A call that is refused in Swift sources.
    struct Ban {
        let call: String
        let advice: String
        /// Targets where it is allowed.
        var exempt: Set<String> = []
    }

    static let bans: [Ban] = [
        Ban(call: "fatalError(", advice: "throw the module's error; nothing may end the worker"),
        Ban(
            call: "preconditionFailure(",
            advice: "throw the module's error, or make it unrepresentable"),
        Ban(
            call: "assertionFailure(",
            advice: "throw the module's error, or make it unrepresentable"),
        Ban(call: "try!", advice: "use try with a typed throw"),
        Ban(call: "as!", advice: "use as? with a guard"),
        Ban(
            call: "print(", advice: "emit a TelemetryEvent; only commands write to standard output",
            exempt: ["Commands", "DicomDecoder"]),
        Ban(call: "NSLog(", advice: "emit a TelemetryEvent"),
        Ban(call: "sleep(", advice: "wait for a wake-up or a deadline on a condition"),
        Ban(call: "usleep(", advice: "wait for a wake-up or a deadline on a condition"),
        Ban(call: "nanosleep(", advice: "wait for a wake-up or a deadline on a condition"),
        Ban(call: "Task {", advice: "use a thread of our own, or a task group"),
        Ban(call: "Task.detached", advice: "use a thread of our own, or a task group"),
        Ban(call: "DispatchQueue", advice: "use a thread of our own and a Mutex"),
        Ban(
            call: "defer { _ =",
            advice: "the object may be gone at once: hold it by withExtendedLifetime"),
        Ban(call: "@unchecked Sendable", advice: "hold the state in a Mutex", exempt: unchecked),
    ]

    /// Targets that own handles of C which the compiler cannot see into.
    private static let unchecked: Set<String> = [
        "Processes", "KafkaTransport", "Tensor", "Weights", "FoundationModel", "vigil-lab",
    ]

    static func checkCalls(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources else { return [] }
        let bans = bans.filter { ban in
            // A function of the file's own with that name is another thing.
            !ban.exempt.contains(file.target)
                && !file.code.contains { $0.contains("func " + ban.call) }
        }
        return file.code.enumerated().flatMap { index, line in
            bans.filter { contains(line, $0.call) }.map {
                Finding(path: file.path, line: index + 1, advice: "'\($0.call)': \($0.advice)")
            }
        }
    }

    /// Whether the line has the call with no letter, digit or underscore before it; `Task.sleep(`
    /// counts as `sleep(`.
    private static func contains(_ line: String, _ call: String) -> Bool {
        var rest = Substring(line)
        while let range = rest.range(of: call) {
            let before = line[..<range.lowerBound].last
            let isPart = before.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
            if !isPart { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// Words of unfinished work, in pieces so that this file does not hold them.
    static let unfinished = [
        "TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK:", "not " + "implemented",
        "place" + "holder", "st" + "ub",
    ]

    static func checkUnfinished(_ file: SourceFile) -> [Finding] {
        guard file.isInSources || file.path.hasPrefix("Deploy/") || file.path == "README.md" else {
            return []
        }
        return file.lines.enumerated().compactMap { index, line in
            let lower = line.lowercased()
            guard let word = unfinished.first(where: { lower.contains($0.lowercased()) }) else {
                return nil
            }
            return Finding(
                path: file.path, line: index + 1,
                advice: "'\(word)': finish it, or open an issue and remove the word")
        }
    }

    static func checkBlockComments(_ file: SourceFile) -> [Finding] {
        guard file.isSwift else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            let start = line.drop { $0 == " " }
            guard start.hasPrefix("/*") || start.hasPrefix("*/") else { return nil }
            return Finding(path: file.path, line: index + 1, advice: "use // or /// on each line")
        }
    }
}
