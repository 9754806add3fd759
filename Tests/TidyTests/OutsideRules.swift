import Foundation

/// Whole numbers that somebody else wrote have the type `Outside`, and leave it by checked ways.
///
/// The type has no arithmetic, conversion or subscript, so the compiler holds most of it. These
/// rules keep it so: nobody gives it any, no way out is without bounds, and what reads records
/// reads their numbers as `Outside`.
enum OutsideRules {
    private static let home = "Sources/Domain/VigilCore/Text/Outside.swift"

    /// Targets that read what others wrote to Kafka.
    private static let readers: Set<String> = [
        "Wire", "KafkaTransport", "WorkerCore", "Pipeline",
    ]

    static func check(_ file: SourceFile) -> [Finding] {
        guard file.isSwift, file.isInSources, file.path != home else { return [] }
        let names = names(in: file)
        return file.code.enumerated().compactMap { index, line in
            advice(line, file, names).map {
                Finding(path: file.path, line: index + 1, advice: $0)
            }
        }
    }

    private static func advice(
        _ line: String, _ file: SourceFile, _ names: Set<String>
    ) -> String? {
        let squeezed = line.filter { $0 != " " }
        if squeezed.contains("extensionOutside") || isOperator(squeezed) {
            return "what 'Outside' can do stands in \(home), where all of it is checked"
        }
        if ["within(", "clamped(to:"].contains(where: {
            squeezed.contains($0 + ".min....max") || squeezed.contains($0 + "Int64.min...Int64.max")
        }) {
            return "a bound that bounds nothing lets any number out: name the least and the most"
        }
        if readers.contains(file.target), squeezed.contains("intValue") {
            return "a number of a record is from outside: read it with '.outside'"
        }
        if let name = names.first(where: { traps(on: $0, line) }) {
            return "'\(name)' is from outside, and this traps on some numbers: "
                + "use within, clamped, adding or element"
        }
        return nil
    }

    private static func isOperator(_ squeezed: String) -> Bool {
        ["func+", "func-", "func*", "func/", "func%", "func+=", "subscript("].contains {
            squeezed.contains($0) && squeezed.contains("Outside<")
        }
    }

    /// Names that the file gives to values from outside: `x: Outside<Int64>`, `let x = a.outside`.
    private static func names(in file: SourceFile) -> Set<String> {
        var names: Set<String> = []
        for line in file.code {
            for match in line.matches(of: /(?:let|var) +(\w+) *=[^,{]*\.outside(?![\w.?])/) {
                names.insert(String(match.output.1))
            }
            for part in line.split(separator: ",") {
                if let place = part.range(of: ": Outside<"),
                    let name = part[..<place.lowerBound].split(whereSeparator: isNoName).last
                {
                    names.insert(String(name))
                }
            }
        }
        return names
    }

    private static func isNoName(_ character: Character) -> Bool {
        !(character.isLetter || character.isNumber || character == "_")
    }

    /// Whether a line does with a name what traps: arithmetic, a conversion or a subscript.
    private static func traps(on name: String, _ line: String) -> Bool {
        let kinds = [
            "Int", "Int64", "Int32", "UInt", "UInt64", "UInt32", "Int16", "UInt16", "UInt8",
        ]
        if kinds.contains(where: { contains(line, "\($0)(\(name))") }) { return true }
        if contains(line, "[\(name)]") { return true }
        return ["+", "-", "*", "/", "%", "+=", "-=", "*="].contains { sign in
            contains(line, "\(name) \(sign) ") || line.hasSuffix(" \(sign) \(name)")
                || contains(line, " \(sign) \(name)")
        }
    }

    /// Whether the text stands there with no part of a name before or behind it.
    private static func contains(_ line: String, _ text: String) -> Bool {
        var rest = line[...]
        while let range = rest.range(of: text) {
            let before = line[..<range.lowerBound].last.map { isNoName($0) } ?? true
            let isOpen = text.first.map(isNoName) ?? true
            let behind = line[range.upperBound...].first.map { isNoName($0) && $0 != "." } ?? true
            let isClosed = text.last.map(isNoName) ?? true
            if isOpen || before, isClosed || behind { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
