internal import VigilCore

/// The header of a message that came: what it is, and how its sender wants to be answered.
package struct HL7Envelope: Sendable {
    /// What a message may be to this side.
    package enum Kind: Sendable {
        /// ORU: results.
        case results
        /// ORM, OMI, OMG: orders.
        case orders
        /// Of use to nobody here, and no fault of its sender: ADT.
        case ignored
        /// An answer to somebody, which is not answered.
        case answer
    }

    /// When a sender wants an answer (table 0155).
    enum Wish: String {
        case always = "AL"
        case never = "NE"
        case onError = "ER"
        case onSuccess = "SU"

        func wants(isFault: Bool) -> Bool {
            switch self {
            case .always: true
            case .never: false
            case .onError: isFault
            case .onSuccess: !isFault
            }
        }
    }

    /// MSH-10 without escapes.
    package let controlID: String
    /// MSH-3 and MSH-4: within whom control ids are told apart.
    package let sender: [String]
    /// MSH-7.
    package let time: HL7Time?
    /// MSH-3 to MSH-6 by their components, the sender's application first.
    let sites: [[String]]
    let trigger: String
    let version: String
    let processing: String
    /// MSH-15 and MSH-16; nil: not said.
    let accept: Wish?
    let application: Wish?

    private let type: String
    private let characters: String
    private let isUTF8: Bool
    private static let controlIDMax = 199

    /// Of a message whose first segment is its MSH.
    package init(_ message: HL7Message) {
        let header = message.segments[0]
        func field(_ number: Int) -> HL7Field { message.field(header, number) }
        controlID = field(10).text
        sender = [header[3], header[4]]
        time = HL7Time(field(7).component(1).text)
        sites = (3...6).map { number in (1...3).map { field(number).component($0).text } }
        type = field(9).component(1).text
        trigger = field(9).component(2).text
        version = field(12).component(1).text
        processing = field(11).component(1).text
        accept = Wish(rawValue: field(15).text)
        application = Wish(rawValue: field(16).text)
        characters = field(18).first.text
        isUTF8 = message.isUTF8
    }

    /// What it is; throws what its sender is to be told instead.
    package func kind() throws(HL7Fault) -> Kind {
        if ["ACK", "ORR", "MCF"].contains(type) { return .answer }
        guard (1...Self.controlIDMax).contains(controlID.utf8.count) else { throw .noControlID }
        guard version.isEmpty || version == "2" || version.hasPrefix("2.") else {
            throw .otherVersion
        }
        guard ["", "P"].contains(processing) else { throw .otherProcessing }
        guard isReadable else { throw .otherCharacters }
        switch type {
        case "ORU": return .results
        case "ORM", "OMI", "OMG": return .orders
        case "ADT": return .ignored
        default: throw .otherType
        }
    }

    /// Whether bytes below 0x80 are the same letters as in ASCII; no others are made use of.
    private var isReadable: Bool {
        switch characters {
        case "", "ASCII", "ISO IR6": true
        case "UNICODE UTF-8", "UTF-8": isUTF8
        default: characters.hasPrefix("8859/")
        }
    }
}
