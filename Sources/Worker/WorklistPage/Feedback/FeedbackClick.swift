internal import VigilCore
internal import Wire

/// A click as the page sends it, checked against what the table shows.
enum FeedbackClick {
    /// What the click is refused with.
    struct Refusal: Sendable, Equatable {
        let code: String
        /// Of HTTP.
        let status: UInt32

        static let malformed = Refusal(code: "click_malformed", status: 400)
        static let studyUnknown = Refusal(code: "study_not_shown", status: 409)
        /// The study has a newer record than the person saw.
        static let revised = Refusal(code: "study_revised", status: 409)
    }

    /// What becomes of a click.
    enum Reading: Sendable {
        case taken(FindingFeedback)
        case refused(Refusal)
    }

    private static let limits = JSONLimits(bytes: 4096, depth: 2, values: 16)

    /// Reads a click; its study must be shown, by the very record that the person saw.
    static func read(_ body: [UInt8], board: WorklistBoard, now: Timestamp) -> Reading {
        guard let json = try? JSONParser.parse(body, limits: limits),
            let study = json["study"]?.stringValue.flatMap({ Pseudonym(hex: $0) }),
            let digest = json["digest"]?.stringValue.flatMap({ Digest(text: $0) }),
            let click = json["click"]?.stringValue, isClick(click),
            let verdict = json["verdict"]?.stringValue.flatMap({
                FindingVerdict.Word(rawValue: $0)
            })
        else { return .refused(.malformed) }
        guard let row = board.row(of: study) else { return .refused(.studyUnknown) }
        guard row.version.digest == digest else { return .refused(.revised) }
        let code = json["finding"]?.stringValue
        guard fits(verdict, code, row) else { return .refused(.malformed) }
        return .taken(
            FindingFeedback(
                FindingVerdict(
                    study: study, finding: row.version.finding, revision: row.version.revision,
                    record: digest, word: verdict, code: code, at: now), click: click))
    }

    /// A UUID as browsers make it.
    private static func isClick(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2d
            }
    }

    /// Whether the verdict can be said of the answer.
    private static func fits(
        _ verdict: FindingVerdict.Word, _ code: String?, _ row: WorklistRow
    ) -> Bool {
        let answers = row.answers.filter { $0.code == code }
        return switch verdict {
        case .seen: code == nil
        case .agree: !answers.isEmpty
        case .notThere: answers.contains(where: \.isFlagged)
        case .missed: answers.contains { !$0.isFlagged }
        }
    }
}
