package import VigilCore

/// Why an audit log, or a checkpoint of it, is not believed. Nothing of a record is repeated.
package enum AuditError: VigilError, Hashable {
    /// It is no signed note, or no checkpoint.
    case badNote(SafeText)
    /// A known key's signature is not of this text.
    case wrongSignature
    /// None of the signatures is by a key that is known here.
    case unknownKey
    /// A checkpoint that is held outside has no cosignature of this witness.
    case notWitnessed(SafeText)
    /// A leaf of this worker's tree is missing.
    case hole(tree: SafeText, index: Int64)
    /// Two leaves of this worker's tree, or two roots, stand where one can.
    case forked(tree: SafeText, index: Int64)
    /// The topic holds neither the tree's first leaf nor a checkpoint to go on from.
    case beginningGone(tree: SafeText)
    /// The topic has fewer leaves than a checkpoint that is kept outside of it.
    case truncated(tree: SafeText, size: Int64, held: Int64)
    /// The file of the newest checkpoint cannot be read or written.
    case fileUnusable(path: SafeText, reason: SafeText)

    package var code: SafeText {
        switch self {
        case .badNote: "audit_bad_note"
        case .wrongSignature: "audit_wrong_signature"
        case .unknownKey: "audit_unknown_key"
        case .notWitnessed: "audit_not_witnessed"
        case .hole: "audit_hole"
        case .forked: "audit_forked"
        case .beginningGone: "audit_beginning_gone"
        case .truncated: "audit_truncated"
        case .fileUnusable: "audit_file_unusable"
        }
    }

    package var what: SafeText {
        switch self {
        case .badNote(let reason): "it is no signed checkpoint: \(reason)"
        case .wrongSignature: "the signature is not of this checkpoint: it was changed"
        case .unknownKey: "the checkpoint is signed by no key that is known here"
        case .notWitnessed(let name):
            "a checkpoint that is held outside is not cosigned by the witness \(name)"
        case .hole(let tree, let index): "leaf \(index) of the audit log \(tree) is missing"
        case .forked(let tree, let index):
            "the audit log \(tree) tells two things of what stands at \(index)"
        case .beginningGone(let tree):
            "the topic holds neither the first leaf of \(tree) nor a checkpoint of this key"
        case .truncated(let tree, let size, let held):
            "the audit log \(tree) has \(size) leaves, and a checkpoint tells of \(held)"
        case .fileUnusable(let path, let reason):
            "the checkpoint file \(path) cannot be used: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badNote: "Take the checkpoint as Vigil wrote it, whole"
        case .wrongSignature: "Get it anew from whoever holds it, and ask them"
        case .unknownKey: "Name the public key that belongs to audit.key-file"
        case .notWitnessed:
            "Take the file that 'vigil audit witness' wrote, with the witness's own public key"
        case .hole, .forked, .beginningGone, .truncated:
            """
            Somebody changed the topic, or its records have expired: keep it as it is, run \
            'vigil audit verify', and begin another log with another audit.name
            """
        case .fileUnusable: "Check audit.checkpoint-file, its folder and their rights"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .badNote, .wrongSignature, .unknownKey, .notWitnessed, .hole, .forked,
            .beginningGone, .truncated:
            .shutDown(.dataError)
        case .fileUnusable: .shutDown(.ioError)
        }
    }
}
