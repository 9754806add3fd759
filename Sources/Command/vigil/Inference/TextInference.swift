import Commands
import FoundationModel
import Settings
import VigilCore

/// Embeddings of texts, a line each, of a sentence encoder or the text side of another model.
struct TextInference {
    /// A line of a file; no text where it is no UTF-8 or too long.
    private struct Row {
        let number: Int
        let text: String?
    }

    private let model: any TextEncoder
    private let batch: Int
    private let isJSON: Bool
    private let withEmbedding: Bool

    init(model: any TextEncoder, batch: Int, arguments: ParsedArguments) throws(ModelError) {
        guard model.hasText else { throw .noText }
        self.model = model
        self.batch = batch
        isJSON = arguments.has("json")
        withEmbedding = arguments.has("embedding")
    }

    /// Writes a line of output for each line of the files, as they come; `-` is standard input.
    func run(_ files: [String]) throws -> ExitCode {
        var worst = ExitCode.ok
        var count = 0
        for file in files {
            do throws(VigilCommandError) {
                let (lines, isSound) = try run(file)
                count += lines
                if !isSound { worst = .dataError }
            } catch {
                if case .model(let error) = error { throw error }
                worst = .dataError
                write(file, line: nil, error: error)
            }
        }
        guard count > 0 || worst != .ok else { throw VigilCommandError.nothing(.texts) }
        return worst
    }

    /// Gives how many lines there were, and whether all could be encoded.
    private func run(_ file: String) throws(VigilCommandError) -> (lines: Int, isSound: Bool) {
        var lines = try TextLines(path: file)
        var (number, isSound) = (0, true)
        var rows: [Row] = []
        while let text = try lines.next() {
            number += 1
            rows.append(Row(number: number, text: text))
            guard rows.count == batch else { continue }
            isSound = try flush(rows, of: file) && isSound
            rows = []
        }
        return (number, try flush(rows, of: file) && isSound)
    }

    private func flush(_ rows: [Row], of file: String) throws(VigilCommandError) -> Bool {
        let embeddings: [[Float]]
        do throws(ModelError) {
            embeddings = try model.encode(text: rows.compactMap(\.text))
        } catch { throw .model(error) }
        var next = 0
        for row in rows {
            if row.text == nil {
                write(file, line: row.number, error: VigilCommandError.badLine)
            } else {
                write(file, line: row.number, embedding: embeddings[next])
                next += 1
            }
        }
        return next == rows.count
    }

    private func write(_ file: String, line: Int, embedding: [Float]) {
        let digest = embedding.withUnsafeBufferPointer { EmbeddingDigest.of($0) }
        guard isJSON else {
            Terminal.line("\(file):\(line)  \(digest)")
            if withEmbedding { Terminal.line("  " + InferenceSession.text(embedding)) }
            return
        }
        var object = JSONObject()
        object["file"] = .string(file)
        object["line"] = .integer(Int64(line))
        if withEmbedding { object["embedding"] = InferenceSession.json(embedding) }
        object["digest"] = .string(digest.hex)
        Terminal.line(JSONWriter.text(.object(object)))
    }

    private func write(_ file: String, line: Int?, error: some VigilError) {
        guard isJSON else {
            Terminal.line("\(file)\(line.map { ":\($0)" } ?? ""): \(error)")
            return
        }
        var object = JSONObject()
        object["file"] = .string(file)
        if let line { object["line"] = .integer(Int64(line)) }
        object["error"] = InferenceSession.json(error)
        Terminal.line(JSONWriter.text(.object(object)))
    }
}
