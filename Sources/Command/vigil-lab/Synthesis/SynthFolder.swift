import Commands
import Files
import Pipeline
import Processes
import Synchronization
import Synthesis
import VigilCore
import Weights

#if canImport(Glibc)
    import Glibc
#endif

/// A folder of synthetic studies: `dicom/NUMBER/*.dcm`, and a line a study in `truth.jsonl`,
/// `truth.csv`, `events.jsonl` and `fhir.ndjson`, in the order of their numbers.
final class SynthFolder: Sendable {
    /// A study of the folder as the stream sends it.
    struct Member: Sendable {
        let blueprint: Blueprint
        let paths: [String]
    }

    /// What was made.
    struct Summary: Sendable {
        let folder: String
        let images: Int
        let bytes: Int
        let seconds: Double
        let pool: [Member]

        private var rate: Double { (Double(images) / max(seconds, 1e-9) * 10).rounded() / 10 }

        var json: String {
            JSONWriter.text([
                "folder": .string(folder), "studies": .integer(Int64(pool.count)),
                "images": .integer(Int64(images)), "bytes": .integer(Int64(bytes)),
                "seconds": .number((seconds * 1000).rounded() / 1000),
                "images_per_second": .number(rate),
            ])
        }

        var text: String {
            "\(folder): \(pool.count) studies, \(images) images, \(bytes >> 20) MB in "
                + "\((seconds * 10).rounded() / 10) s, \(rate) images a second"
        }
    }

    /// One study's lines and figures, kept until those before it are there.
    private struct Finished: Sendable {
        let lines: [String]
        let member: Member
        let images: Int
        let bytes: Int
    }

    private struct State: Sendable {
        var next: Int
        var finished: [Int: Finished] = [:]
        var failure: (any VigilError)?
    }

    private static let tables = ["truth.jsonl", "truth.csv", "events.jsonl", "fhir.ndjson"]
    private let path: String
    private let options: SynthesisOptions
    private let numbers: Range<Int>
    private let state: Mutex<State>

    /// Makes the folder, which must hold no studies yet.
    init(_ folder: String, options: SynthesisOptions, first: Int, count: Int) throws {
        try FileWriter.makeDirectory(folder)
        guard let resolved = realpath(folder, nil) else {
            throw LabError.cannotWrite(path: SafeText(operatorProvided: folder))
        }
        path = String(cString: resolved)
        free(resolved)
        guard access("\(path)/truth.jsonl", F_OK) != 0, access("\(path)/dicom", F_OK) != 0 else {
            throw LabError.folderInUse(path: SafeText(operatorProvided: folder))
        }
        self.options = options
        numbers = first..<(first + count)
        state = Mutex(State(next: first))
    }

    /// Makes all studies on so many threads.
    func fill(threads: Int) throws -> Summary {
        let clock = SystemClock()
        let start = clock.monotonic()
        let workers = min(threads, numbers.count)
        // The calling thread is one of them.
        try spawn(workers - 1) { self.work() }
        let finished = try state.withLock { state throws -> [Finished] in
            if let failure = state.failure { throw failure }
            return numbers.compactMap { state.finished[$0] }
        }
        Terminal.endProgress()
        for (index, table) in Self.tables.enumerated() {
            let header = table == "truth.csv" ? [TruthRow.csvHeader] : []
            let lines = header + finished.map { $0.lines[index] }
            try FileWriter.write(lines.joined(separator: "\n") + "\n", to: "\(path)/\(table)")
        }
        return Summary(
            folder: path, images: finished.reduce(0) { $0 + $1.images },
            bytes: finished.reduce(0) { $0 + $1.bytes },
            seconds: (clock.monotonic() - start).seconds, pool: finished.map(\.member))
    }

    /// Runs a body on so many more threads and on this one, and waits for all.
    private func spawn(_ more: Int, _ body: @escaping @Sendable () -> Void) throws {
        guard more > 0 else { return body() }
        let thread = try OwnedThread(body)
        do { try spawn(more - 1, body) } catch {
            thread.join()
            throw error
        }
        thread.join()
    }

    /// Takes numbers until there are none left, or something failed.
    private func work() {
        do {
            let codec: any PixelCodec =
                options.encoding == .uncompressed ? NoCodec() : try DicomEncoderProcess()
            let maker = StudyMaker(options, codec: codec)
            while let number = take() {
                let finished = try write(maker.make(number))
                let done = state.withLock { state in
                    state.finished[number] = finished
                    return state.finished.count
                }
                Terminal.progress("\(done) of \(numbers.count) studies")
            }
        } catch {
            let failure = error as? any VigilError
            state.withLock { $0.failure = $0.failure ?? failure ?? SynthesisError.encoderMissing }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.failure == nil, state.next < numbers.upperBound else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    private func write(_ study: SyntheticStudy) throws -> Finished {
        let number = String(study.blueprint.number)
        let name = String(repeating: "0", count: max(0, 6 - number.count)) + number
        let folder = "\(path)/dicom/\(name)"
        try FileWriter.makeDirectory(folder)
        var paths: [String] = []
        var bytes = 0
        for image in study.images {
            paths.append("\(folder)/\(image.name)")
            bytes += image.bytes.count
            try Self.write(image.bytes, to: "\(folder)/\(image.name)")
        }
        let blueprint = study.blueprint
        let truth = TruthRow(study)
        let message = StudyMessage(
            blueprint, paths: paths, eventID: "synth-\(options.seed)-\(number)",
            priority: blueprint.clinic.priority)
        let lines = [
            JSONWriter.text(truth.json), truth.csv, JSONWriter.text(message.line),
            JSONWriter.text(FhirContext.bundle(study)),
        ]
        return Finished(
            lines: lines, member: Member(blueprint: blueprint, paths: paths),
            images: study.images.count, bytes: bytes)
    }

    /// Writes a file of a new folder; the tables, which come last, say which are complete.
    private static func write(_ bytes: [UInt8], to path: String) throws(LabError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .cannotWrite(path: SafeText(operatorProvided: path)) }
        defer { close(descriptor) }
        do throws(FileFailure) {
            try WholeTransfer.write(bytes, to: descriptor)
        } catch {
            throw .cannotWrite(path: SafeText(operatorProvided: path))
        }
    }
}
