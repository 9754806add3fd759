internal import Files
internal import Glibc
internal import Tensor
package import VigilCore

/// All studies of an index, to find those that are nearest to an image. Exact: every study is
/// compared, by the engine's own kernel.
package struct SimilarStudies: Sendable {
    /// A study and how near it is: the cosine with the image's embedding, -1…1.
    package struct Neighbour: Sendable, Hashable {
        package let study: Pseudonym
        package let time: Timestamp
        package let similarity: Float
    }

    /// The largest file that is read, in bytes.
    private static let bytesMax = 1 << 32

    private let engine: any PixelEncoder
    private let entries: [SimilarEntry]

    /// How many studies there are.
    package var count: Int { entries.count }

    /// Reads a folder's files, those that workers write to included; a study that stands in several
    /// counts once, as it was published last.
    ///
    /// - Parameter model: whose embeddings are looked for; files of others are passed over.
    package init(folder: String, model: any PixelEncoder) throws(SimilarError) {
        func unusable(_ path: String, _ code: Int32) -> SimilarError {
            .unusable(
                path: SafeText(operatorProvided: path),
                reason: SafeText(fixedMessage: String(cString: strerror(code))))
        }
        var newest: [Pseudonym: SimilarEntry] = [:]
        let names: [String]
        do throws(FileFailure) {
            names = try FolderNames.read(folder, countMax: 100_000)
        } catch {
            throw unusable(folder, error.errno)
        }
        for name in names.sorted() where name.hasSuffix(SimilarIndex.suffix) {
            let bytes: [UInt8]
            do throws(FileFailure) {
                bytes = try FileHead.read("\(folder)/\(name)", bytesMax: Self.bytesMax)
            } catch {
                throw unusable("\(folder)/\(name)", error.errno)
            }
            let layout = SimilarLayout(
                header: bytes.prefix(SimilarLayout.headerSize), of: SimilarLayout(model, slots: 1))
            for entry in layout.map({ Self.entries(bytes, $0).map(\.entry) }) ?? [] {
                guard let other = newest[entry.study], other.time >= entry.time else {
                    newest[entry.study] = entry
                    continue
                }
            }
        }
        guard !newest.isEmpty else { throw .empty(path: SafeText(operatorProvided: folder)) }
        entries = newest.values.sorted { $0.study.safeText < $1.study.safeText }
        engine = model
    }

    /// The studies that are nearest to an embedding, the nearest first; of two that are as near, the
    /// one whose pseudonym is first.
    ///
    /// - Parameter embedding: [embedding width], of any length but zero.
    package func nearest(to embedding: [Float], count: Int) -> [Neighbour] {
        guard let width = entries.first?.vector.count, embedding.count == width else { return [] }
        let kernels = engine.engine
        let wanted = StudyVector.direction(of: embedding, kernels)
        let all = entries.map { entry in
            Neighbour(
                study: entry.study, time: entry.time,
                similarity: wanted.withUnsafeBufferPointer { a in
                    entry.vector.withUnsafeBufferPointer { b in
                        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
                        return kernels.dot(a, b, count: width)
                    }
                })
        }
        return Array(
            all.sorted {
                ($1.similarity, $0.study.safeText) < ($0.similarity, $1.study.safeText)
            }.prefix(count))
    }

    /// The entries of a file, by their slots.
    static func entries(
        _ bytes: [UInt8], _ layout: SimilarLayout
    ) -> [(slot: Int, entry: SimilarEntry)] {
        let count = (bytes.count - SimilarLayout.headerSize) / layout.slotSize
        return (0..<max(0, min(count, layout.slots))).compactMap { slot in
            let start = layout.offset(of: slot)
            return layout.entry(bytes[start..<start + layout.slotSize]).map { (slot, $0) }
        }
    }
}
