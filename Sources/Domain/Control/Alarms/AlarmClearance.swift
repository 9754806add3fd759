package import Signing
package import VigilCore

/// That a person has looked at an alarm, and lets the calibrations that it names answer again.
package struct AlarmClearance: Sendable, Hashable {
    /// The version of its form.
    package static let schema = "vigil.quality-clearance/1"
    /// What its envelope says that it is.
    package static let payloadType = "application/vnd.vigil.quality-clearance+json"
    /// The longest record, in bytes.
    package static let bytesMax = 4096
    /// The longest reason, in bytes.
    package static let reasonBytesMax = 200
    /// What the key of its record begins with; the alarm's id follows.
    package static let keyPrefix = "cleared/"

    /// The alarm's id.
    package let alarm: UUIDv5
    /// Of the value of the alarm's record that was looked at.
    package let record: Digest
    /// Where that stands: the same bytes once more are another alarm.
    package let offset: Int64
    /// When it was decided.
    package let issued: Timestamp
    /// Why, in the person's words. It is shown to those who ask for it, and in no log.
    package let reason: String

    /// A decision to be signed.
    package init(
        alarm: UUIDv5, record: Digest, offset: Int64, issued: Timestamp, reason: String
    ) {
        self.alarm = alarm
        self.record = record
        self.offset = offset
        self.issued = issued
        self.reason = reason
    }

    /// The key of its record.
    package var key: [UInt8] { Array((Self.keyPrefix + alarm.safeText).utf8) }

    private var json: JSONValue {
        [
            "schema": .string(Self.schema), "alarm": .string(alarm.safeText),
            "record": .string(record.hex), "offset": .integer(offset),
            "issued_at": .string(issued.description), "reason": .string(reason),
        ]
    }

    /// The record's value.
    package func signed(by key: SigningKey) throws(SigningError) -> [UInt8] {
        Array(
            try SignedEnvelope(JSONWriter.bytes(json), type: Self.payloadType, key: key).text.utf8)
    }

    /// Reads a record's value, once one of the keys vouches for it.
    ///
    /// - Returns: what was decided, and whose key signed it.
    static func open(
        _ value: [UInt8], keys: [VerifyingKey]
    ) throws(AlarmRefusal) -> (AlarmClearance, signer: Digest) {
        guard value.count <= bytesMax else { throw .clearanceUnreadable }
        do throws(SigningError) {
            let opened = try SignedEnvelope(value).open(type: payloadType, keys: keys)
            guard let clearance = AlarmClearance(payload: opened.payload) else {
                throw SigningError.badEnvelope(reason: "it clears nothing")
            }
            return (clearance, opened.signer.id)
        } catch {
            throw AlarmRefusal(error)
        }
    }

    /// Reads what was signed; nil where it is not of this version. Members that are not known are
    /// refused.
    package init?(payload: [UInt8]) {
        let limits = JSONLimits(bytes: Self.bytesMax, depth: 2, values: 16)
        guard let json = try? JSONParser.parse(payload, limits: limits),
            json["schema"]?.stringValue == Self.schema, json.objectValue?.count == 6,
            let alarm = json["alarm"]?.stringValue.flatMap({ UUIDv5(text: $0) }),
            let record = json["record"]?.stringValue.flatMap({ Digest(text: $0) }),
            case .integer(let offset)? = json["offset"], offset >= 0,
            let issued = json["issued_at"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let reason = json["reason"]?.stringValue,
            reason.utf8.count <= Self.reasonBytesMax
        else { return nil }
        self.init(alarm: alarm, record: record, offset: offset, issued: issued, reason: reason)
    }
}

extension AlarmRefusal {
    fileprivate init(_ error: SigningError) {
        self =
            switch error {
            case .unsigned: .unsigned
            case .wrongSignature: .wrongSignature
            case .unknownKey: .unknownKey
            case .otherPayload: .otherPayload
            default: .clearanceUnreadable
            }
    }
}
