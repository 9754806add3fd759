internal import ClinicalReport
internal import VigilCore
internal import Wire

/// A record of the topic of findings as it is held until it is delivered.
struct GatewayRecord {
    /// What it says.
    enum Content {
        case finding(Finding)
        case emptied(Pseudonym)
        /// It cannot be read, by the reader's code.
        case unreadable(SafeText)
    }

    let position: RecordPosition
    let published: Timestamp
    let bytes: Int
    let content: Content

    init(_ record: InboundRecord) {
        position = record.position
        published = record.timestamp ?? Timestamp(milliseconds: 0)
        bytes = record.byteCount
        let study = record.key.flatMap { Pseudonym(hex: String(decoding: $0, as: UTF8.self)) }
        if record.value == nil {
            content = study.map { .emptied($0) } ?? .unreadable("record_key_malformed")
            return
        }
        do throws(WireError) {
            let finding = try FindingDecoder.decode(record)
            content =
                finding.pseudonym == study
                ? .finding(finding) : .unreadable("record_key_of_another")
        } catch {
            content = .unreadable(error.code)
        }
    }

    /// Names the delivery, the same each time the record is read.
    var delivery: UUIDv5? {
        switch content {
        case .finding(let finding): DeliveryIdentity.delivery(of: finding)
        case .emptied(let study): DeliveryIdentity.delivery(emptying: study, at: position)
        case .unreadable: nil
        }
    }

    /// The study and the finding, as far as the record names them.
    var names: (study: Pseudonym?, finding: UUIDv5?) {
        switch content {
        case .finding(let finding): (finding.pseudonym, finding.findingID)
        case .emptied(let study): (study, nil)
        case .unreadable: (nil, nil)
        }
    }
}
