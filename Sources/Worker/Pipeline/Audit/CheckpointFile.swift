internal import Audit
internal import Files
internal import Glibc
internal import Signing
internal import VigilCore

/// The newest checkpoint in a file outside of Kafka: with it a worker finds at its start that the
/// topic has lost leaves.
struct CheckpointFile {
    private let path: String
    private let rules: AuditRules

    /// Nil where none is kept.
    init?(_ rules: AuditRules) {
        guard let path = rules.file else { return nil }
        self.path = path
        self.rules = rules
    }

    /// What stands in it; nil where no file is there yet.
    func read() throws(AuditError) -> Checkpoint? {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: SignedNote.bytesMax + 1)
        } catch {
            guard error.errno != ENOENT else { return nil }
            throw failed(error)
        }
        let checkpoint = try Checkpoint(
            try SignedNote(bytes), keys: [rules.key.verifying])
        // Another log's says nothing of this one.
        return checkpoint.origin == rules.tree.text ? checkpoint : nil
    }

    /// Puts a newer one in its place.
    func write(_ note: String) throws(AuditError) {
        do throws(FileFailure) {
            try FileReplacement.write(Array(note.utf8), to: path)
        } catch {
            throw failed(error)
        }
    }

    private func failed(_ error: FileFailure) -> AuditError {
        .fileUnusable(
            path: SafeText(operatorProvided: path),
            reason: SafeText(fixedMessage: String(cString: strerror(error.errno))))
    }
}
