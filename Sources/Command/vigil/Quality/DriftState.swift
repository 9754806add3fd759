import Commands
import Files
import Quality
import Settings
import VigilCore

/// What is known of streams from before, by the files that options name.
struct DriftState {
    let monitor: DriftMonitor
    /// Where it is kept; nil: nowhere.
    let file: String?

    /// A state of 64 partitions with 4,096 streams each has some 200 MB.
    private static let limits = JSONLimits(bytes: 1 << 30, depth: 8, values: 1 << 26)

    /// Reads the files; the one to be kept may not be there yet.
    init(_ arguments: ParsedArguments) throws {
        file = arguments.string("state")
        let kept = [file].compactMap { $0 }.filter { FilePresence.isPossible($0) }
        monitor = try (kept + arguments.strings("join")).reduce(into: DriftMonitor()) {
            $0.formUnion(try Self.read($1))
        }
    }

    /// Puts a monitor's state in the file's place.
    static func write(_ monitor: DriftMonitor, to path: String) throws(CommandError) {
        do throws(FileFailure) {
            try FileReplacement.write(JSONWriter.bytes(monitor.json), to: path)
        } catch {
            throw .fileNotWritten(
                path: SafeText(operatorProvided: path), reason: "errno \(error.errno)")
        }
    }

    private static func read(_ path: String) throws -> DriftMonitor {
        let bytes = try NamedFile.contents(path, bytesMax: limits.bytes)
        guard let json = try? JSONParser.parse(bytes, limits: limits),
            let monitor = DriftMonitor(json: json)
        else { throw VigilCommandError.driftStateRefused }
        return monitor
    }
}
