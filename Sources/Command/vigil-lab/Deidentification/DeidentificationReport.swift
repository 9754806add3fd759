import Commands
import Deidentification
import VigilCore

/// What is told of a run. An input is named by its number among all in the order of their paths:
/// names of files and folders hold patients' often enough.
final class DeidentificationReport {
    private let isJSON: Bool
    private let showsPaths: Bool
    private var written = 0
    private var refused: [DeidentificationRefusal: Int] = [:]

    init(isJSON: Bool, showsPaths: Bool) {
        self.isJSON = isJSON
        self.showsPaths = showsPaths
    }

    /// One file was written.
    func wrote(_ number: Int, path: String, as name: String, _ result: Deidentifier.Result) {
        written += 1
        guard isJSON else { return }
        line(
            number, path,
            [
                ("outcome", "written"), ("name", .string(name)),
                ("removed", .integer(Int64(result.removed))),
                ("replaced", .integer(Int64(result.replaced))),
                ("kept", .integer(Int64(result.kept))),
            ])
    }

    /// One file was not written.
    func refused(_ number: Int, path: String, _ reason: DeidentificationRefusal) {
        refused[reason, default: 0] += 1
        guard !isJSON else {
            return line(
                number, path, [("outcome", "refused"), ("reason", .string(reason.rawValue))])
        }
        Terminal.endProgress()
        Terminal.line("file \(number)\(showsPaths ? " (\(path))" : ""): \(reason.what.text)")
    }

    /// How far the run is.
    func progress(_ number: Int, of count: Int) {
        Terminal.progress("\(number) of \(count) files")
    }

    /// The last line, and the exit code.
    func end() -> ExitCode {
        Terminal.endProgress()
        let count = refused.values.reduce(0, +)
        let sorted = refused.sorted { $0.key.rawValue < $1.key.rawValue }
        if isJSON {
            let reasons = sorted.map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
            Terminal.line(
                JSONWriter.text([
                    "written": .integer(Int64(written)), "refused": .integer(Int64(count)),
                    "reasons": Self.object(reasons),
                ]))
        } else {
            let reasons = sorted.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
            Terminal.line(
                "\(written) written, \(count) refused" + (count > 0 ? ": \(reasons)" : ""))
        }
        return count > 0 ? .dataError : .ok
    }

    private func line(_ number: Int, _ path: String, _ members: [(String, JSONValue)]) {
        let path = showsPaths ? [("path", JSONValue.string(path))] : []
        Terminal.line(
            JSONWriter.text(
                Self.object([("file", .integer(Int64(number)))] + path + members)))
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in members { _ = object.appendIfNew(name, value) }
        return .object(object)
    }
}
