import VigilCore

/// A command was asked for work and found none. That is no success: whoever reads the exit code
/// would take it for work that was done.
enum WorkMissing {
    /// A range of a topic holds no study event.
    case events(topic: SafeText, from: Int, to: Int)
    /// Folders hold no file.
    case files
    /// A file holds no text.
    case texts
    /// No dead letter is left to be sent or shown; so many fit, but are left out.
    case letters(leftOut: Int)
    /// Nothing tells of the energy of an interval; so many other records were passed over.
    case intervals(passedOver: Int)
    /// There is no leaf of an audit log.
    case leaves
    /// No leaf tells of a finding.
    case findingLeaf
    /// A leaf stands in no signed checkpoint yet.
    case checkpoint

    var what: SafeText {
        switch self {
        case .events(let topic, let from, let to):
            """
            no event of \(topic) has an offset from \(from) to before \(to), so nothing was \
            verified
            """
        case .files: "the folders hold no file, so nothing was read"
        case .texts: "the files hold no text, so there is nothing to embed"
        case .letters(let leftOut):
            """
            no dead letter is left of those asked for: \(leftOut) were sent before or hold no \
            original
            """
        case .intervals(let others):
            """
            no record tells of the energy of an interval; \(others) others were passed over, of \
            studies or without energy
            """
        case .leaves: "there is no leaf of an audit log, so nothing was verified"
        case .findingLeaf: "no leaf of the audit log tells of this finding and revision"
        case .checkpoint: "no signed checkpoint tells of the finding's leaf yet"
        }
    }

    var remedy: SafeText {
        switch self {
        case .events:
            "Name offsets that the topic still holds; retention may have taken them"
        case .files:
            """
            Name files, or a folder that holds some; names that begin with a dot and links to \
            folders are passed over
            """
        case .texts: "Write a text a line"
        case .letters: "See 'vigil dlq ls'; --again takes those that were sent before"
        case .intervals:
            "Take records of a worker that ran for energy.interval-s, with energy.method not none"
        case .leaves: "Check the topic or folder; workers write it where topics.audit is set"
        case .findingLeaf: "Take finding_id of the finding's record; see 'vigil audit verify'"
        case .checkpoint: "Wait for audit.checkpoint-interval-ms, and read the topic anew"
        }
    }
}
