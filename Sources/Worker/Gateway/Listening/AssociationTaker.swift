internal import DicomNetwork
internal import Telemetry
internal import VigilCore

/// Takes the objects of one association to disk.
final class AssociationTaker: ObjectTaker {
    private let role: SafeText
    private let folder: ObjectFolder
    private let bytesMax: Int
    private let parts: GatewayParts
    private let kept: (String) -> Void
    private var draft: ObjectDraft?
    private var begun = MonotonicTime(nanoseconds: 0)

    /// - Parameter kept: called with the name of the study's folder, before the sender is told.
    init(
        role: SafeText, folder: ObjectFolder, bytesMax: Int, parts: GatewayParts,
        kept: @escaping (String) -> Void
    ) {
        self.role = role
        self.folder = folder
        self.bytesMax = bytesMax
        self.parts = parts
        self.kept = kept
    }

    func begin(_ object: IncomingObject) {
        begun = parts.clock.monotonic()
        draft = ObjectDraft(object, in: folder, bytesMax: bytesMax)
    }

    func take(_ bytes: UnsafeRawBufferPointer) { draft?.take(bytes) }

    func end(isWhole: Bool) -> StoreAnswer {
        let ended = draft
        draft = nil
        guard isWhole else {
            tell("cut_short", bytes: 0)
            return .notUnderstood
        }
        guard let ended else {
            tell(StoreAnswer.outOfResources.word, bytes: 0)
            return .outOfResources
        }
        switch ended.keep() {
        case .success(let object):
            kept(object.study)
            tell(StoreAnswer.stored.word, bytes: object.bytes)
            return .stored
        case .failure(let refusal):
            tell(refusal.answer.word, bytes: 0)
            return refusal.answer
        }
    }

    private func tell(_ outcome: SafeText, bytes: Int) {
        parts.telemetry.emit(
            ObjectReceived(
                role: role, outcome: outcome, bytes: bytes,
                took: parts.clock.monotonic() - begun))
    }
}

extension StoreAnswer {
    /// As metrics and logs call it.
    fileprivate var word: SafeText {
        switch self {
        case .stored: "stored"
        case .outOfResources: "out_of_resources"
        case .mismatch: "mismatch"
        case .notUnderstood: "not_understood"
        }
    }
}
