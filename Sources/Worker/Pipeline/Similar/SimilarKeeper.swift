package import FoundationModel
internal import Synchronization
package import VigilCore

/// Keeps the studies whose findings are published in an index, for `vigil similar`. Any thread hands
/// studies over, which never blocks; the one of ``flush()`` writes them.
package final class SimilarKeeper: Sendable {
    private enum Change: Sendable {
        case keep(SimilarEntry)
        case forget(Pseudonym)
    }

    /// How many studies wait at most; of more, the newest are not indexed.
    private static let waitingMax = 10_000

    private let waiting = Mutex<[Change]>([])
    private let index: Mutex<SimilarIndex>
    private let onFault: CacheFault.Listener

    /// - Parameters:
    ///   - folder: where the index is.
    ///   - model: whose embeddings are kept.
    ///   - studiesMax: how many studies are.
    ///   - onFault: told of what could not be kept.
    package init(
        folder: String, model: any PixelEncoder, studiesMax: Int,
        onFault: @escaping CacheFault.Listener
    ) throws(SimilarError) {
        index = Mutex(try SimilarIndex(folder: folder, model: model, studiesMax: studiesMax))
        self.onFault = onFault
    }

    /// Takes note of a finding that is published.
    ///
    /// - Parameter vector: the direction of its images.
    package func keep(_ study: Pseudonym, vector: [Float], at time: Timestamp) {
        note(.keep(SimilarEntry(study: study, time: time, vector: vector)))
    }

    /// Takes note of a study that is withdrawn.
    package func forget(_ study: Pseudonym) { note(.forget(study)) }

    /// Writes what was noted. Blocks as long as the disk does.
    package func flush() {
        let changes = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !changes.isEmpty else { return }
        index.withLock { index in
            for change in changes {
                do throws(SimilarError) {
                    switch change {
                    case .keep(let entry): try index.keep(entry)
                    case .forget(let study): try index.forget(study)
                    }
                } catch {
                    onFault(CacheFault(error))
                }
            }
        }
    }

    private func note(_ change: Change) {
        waiting.withLock { waiting in
            // What takes a study out is never left out itself.
            if case .keep = change, waiting.count >= Self.waitingMax { return }
            waiting.append(change)
        }
    }
}
