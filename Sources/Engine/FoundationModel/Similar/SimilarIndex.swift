internal import Files
internal import Glibc
package import VigilCore

/// A file of the studies that a worker has read, for `vigil similar`. A file and no topic: embeddings
/// tell of patients, and so stay on the worker's own disk, where nobody else reads them and one write
/// takes a withdrawn study out. Bounded: the study that was put in first makes room.
///
/// Each worker of a folder has a file of its own, which is locked while it runs. One thread.
package final class SimilarIndex {
    /// How many workers can share a folder.
    private static let filesMax = 64
    /// How the files are called.
    static let suffix = ".similar"

    private let path: String
    private let file: Int32
    private let layout: SimilarLayout
    /// Where studies stand, and who stands where.
    private var places: [Pseudonym: Int] = [:]
    private var studies: [Int: Pseudonym] = [:]
    private var next = 0

    /// Opens or makes a file; one of another model, or of another size, is begun anew.
    ///
    /// - Parameters:
    ///   - folder: made where it is not there, for its owner alone.
    ///   - model: whose embeddings are kept.
    ///   - studiesMax: how many studies fit.
    package init(
        folder: String, model: any PixelEncoder, studiesMax: Int
    ) throws(SimilarError) {
        layout = SimilarLayout(model, slots: studiesMax)
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.unusable(folder, errno) }
        (path, file) = try Self.open(folder)
        do throws(FileFailure) {
            try begin()
        } catch {
            throw Self.unusable(path, error.errno)
        }
    }

    deinit { close(file) }

    /// Puts a study in, in its own place if it stands here, else in that of the oldest.
    package func keep(_ entry: SimilarEntry) throws(SimilarError) {
        guard entry.vector.count == layout.width else { return }
        let slot = places[entry.study] ?? next
        if places[entry.study] == nil { next = (next + 1) % layout.slots }
        if let other = studies[slot] { places[other] = nil }
        try write(layout.bytes(of: entry), to: slot)
        places[entry.study] = slot
        studies[slot] = entry.study
    }

    /// Takes a study out.
    package func forget(_ study: Pseudonym) throws(SimilarError) {
        guard let slot = places[study] else { return }
        try write([UInt8](repeating: 0, count: layout.slotSize), to: slot)
        places[study] = nil
        studies[slot] = nil
    }

    private func write(_ bytes: [UInt8], to slot: Int) throws(SimilarError) {
        let place = off_t(layout.offset(of: slot))
        guard lseek(file, place, SEEK_SET) == place else { throw Self.unusable(path, errno) }
        do throws(FileFailure) {
            try WholeTransfer.write(bytes, to: file)
        } catch {
            throw Self.unusable(path, error.errno)
        }
    }

    /// The first file that no other worker has.
    private static func open(_ folder: String) throws(SimilarError) -> (String, Int32) {
        for number in 0..<filesMax {
            let path = "\(folder)/\(number)\(suffix)"
            let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw unusable(path, errno) }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return (path, file) }
            close(file)
        }
        throw .crowded(path: SafeText(operatorProvided: folder))
    }

    /// Learns what stands in the file, or begins it anew.
    private func begin() throws(FileFailure) {
        let bytes = try FileHead.read(from: file, bytesMax: layout.offset(of: layout.slots))
        let known = SimilarLayout(
            header: bytes.prefix(SimilarLayout.headerSize), of: layout)
        guard known == layout else {
            guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
                throw FileFailure(errno: errno)
            }
            return try WholeTransfer.write(layout.header, to: file)
        }
        var newest: Timestamp?
        for (slot, entry) in SimilarStudies.entries(bytes, layout) {
            places[entry.study] = slot
            studies[slot] = entry.study
            if newest.map({ $0 <= entry.time }) ?? true {
                newest = entry.time
                next = (slot + 1) % layout.slots
            }
        }
    }

    private static func unusable(_ path: String, _ code: Int32) -> SimilarError {
        .unusable(
            path: SafeText(operatorProvided: path),
            reason: SafeText(fixedMessage: String(cString: strerror(code))))
    }
}
