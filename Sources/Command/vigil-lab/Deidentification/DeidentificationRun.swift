import Commands
import Deidentification
import Files
import Glibc
import Imaging
import VigilCore

/// Files in, files out, one after another.
///
/// A file's attributes are read in this process, by code of Swift without a pointer, whose every
/// access is held against the bytes that are there (Deidentification is compiled with strict memory
/// safety); what decodes pixels is the sandboxed decoder, and it is shown the file that would be
/// written, so that what is written has been read by another program once.
struct DeidentificationRun {
    /// Frames of a file that are looked at, from the first to the last.
    private static let framesMax = 8
    /// Pixels of a frame; to look at more takes too long.
    private static let pixelsMax = 64 << 20

    private let deidentifier: Deidentifier
    private let folder: String
    private let decoders: DecoderPool?

    /// - Parameter output: the folder; it is made where it is not there.
    init(deidentifier: Deidentifier, output: String, looksAtPixels: Bool) throws {
        self.deidentifier = deidentifier
        decoders = looksAtPixels ? try FileDecoders.pool() : nil
        // Before files are read for nothing.
        _ = try decoders?.sandboxStatus()
        do throws(FileFailure) {
            try FileReplacement.makeFolders(above: output + "/file")
        } catch {
            throw CommandError(notWritten: output, error)
        }
        guard let resolved = realpath(output, nil) else {
            throw CommandError(notWritten: output, FileFailure(errno: errno))
        }
        defer { free(resolved) }
        folder = String(cString: resolved)
    }

    /// De-identifies all inputs and tells of each.
    func carryOut(_ inputs: [String], _ report: DeidentificationReport) throws -> ExitCode {
        let paths = try InputFiles.tree(inputs).sorted()
        for (index, path) in paths.enumerated() {
            report.progress(index + 1, of: paths.count)
            let result: Deidentifier.Result
            do throws(DeidentificationRefusal) {
                result = try cleaned(path)
            } catch {
                report.refused(index + 1, path: path, error)
                continue
            }
            let name = "\(result.name).dcm"
            if try write(result.bytes, as: name) {
                report.wrote(index + 1, path: path, as: name, result)
            } else {
                report.refused(index + 1, path: path, .alreadyThere)
            }
        }
        return report.end()
    }

    private func cleaned(
        _ path: String
    ) throws(DeidentificationRefusal) -> Deidentifier.Result {
        let result = try deidentifier.apply(try read(path))
        if result.hasPixels { try look(at: result.bytes) }
        return result
    }

    private func read(_ path: String) throws(DeidentificationRefusal) -> [UInt8] {
        let limit = Int(InputFiles.bytesMax)
        do throws(ImagingError) {
            // Whether it is a file of that size, before a pipe or a device is waited for.
            _ = try InputRoots.openTrusted(path: path, maximumBytes: InputFiles.bytesMax)
        } catch {
            if error == .tooLarge { throw .tooLarge }
            throw .unreadable
        }
        guard let bytes = try? FileHead.read(path, bytesMax: limit) else { throw .unreadable }
        return bytes
    }

    private func look(at bytes: [UInt8]) throws(DeidentificationRefusal) {
        guard let decoders else { return }
        guard let image = try? decoders.decode(bytes), image.width * image.height <= Self.pixelsMax
        else { throw .notSeen }
        let step = max(1, (image.frames.count + Self.framesMax - 1) / Self.framesMax)
        let last = image.frames.count - 1
        for index in Array(stride(from: 0, to: last, by: step)) + [last] {
            let frame = image.frames[index]
            if TextLikeMarks.areSuspected(
                width: frame.width, height: frame.height, pixels: frame.pixels)
            {
                throw .burnedInByPixels
            }
        }
    }

    /// False where a file of that name is there.
    private func write(_ bytes: [UInt8], as name: String) throws(CommandError) -> Bool {
        do throws(FileFailure) {
            try FileReplacement.create(bytes, at: "\(folder)/\(name)")
            return true
        } catch {
            guard error.errno != EEXIST else { return false }
            throw CommandError(notWritten: folder, error)
        }
    }
}
