package import Signing
package import VigilCore

/// What an operator has ordered of one scope.
package struct ControlOrder: Sendable, Hashable {
    /// What is to be done.
    package enum Action: String, Sendable, Hashable, CaseIterable {
        /// Nothing is assessed, and so nothing raised.
        case stop
        /// An earlier stop is over.
        case run
    }

    /// The version of its form.
    package static let schema = "vigil.control/1"
    /// What its envelope says that it is.
    package static let payloadType = "application/vnd.vigil.control+json"
    /// The longest record, in bytes.
    package static let bytesMax = 16_384
    /// The longest reason, in bytes.
    package static let reasonBytesMax = 200

    /// What is meant.
    package let scope: ControlScope
    /// What is to be done with it.
    package let action: Action
    /// Greater than that of any order before it, of whatever scope; at least 1.
    package let sequence: Int64
    /// When it was given.
    package let issued: Timestamp
    /// Why, in the operator's words. It is shown to those who ask for it, and in no log.
    package let reason: String

    /// An order to be signed.
    package init(
        _ action: Action, _ scope: ControlScope, sequence: Int64, issued: Timestamp, reason: String
    ) {
        self.scope = scope
        self.action = action
        self.sequence = sequence
        self.issued = issued
        self.reason = reason
    }

    /// What is signed.
    private var json: JSONValue {
        [
            "schema": .string(Self.schema), "scope": .string(scope.key),
            "action": .string(action.rawValue), "sequence": .integer(sequence),
            "issued_at": .string(issued.description), "reason": .string(reason),
        ]
    }

    /// The record's value.
    package func signed(by key: SigningKey) throws(SigningError) -> [UInt8] {
        let envelope = try SignedEnvelope(
            JSONWriter.bytes(json), type: Self.payloadType, key: key)
        return Array(envelope.text.utf8)
    }

    /// Reads a record's value, once one of the keys vouches for it.
    package init(_ value: [UInt8], keys: [VerifyingKey]) throws(ControlRefusal) {
        guard value.count <= Self.bytesMax else { throw .unreadable }
        let payload: [UInt8]
        do throws(SigningError) {
            payload = try SignedEnvelope(value).open(type: Self.payloadType, keys: keys).payload
        } catch {
            throw ControlRefusal(error)
        }
        try self.init(payload: payload)
    }

    /// Reads what was signed. Members that are not known are refused.
    package init(payload: [UInt8]) throws(ControlRefusal) {
        let limits = JSONLimits(bytes: Self.bytesMax, depth: 2, values: 16)
        guard let json = try? JSONParser.parse(payload, limits: limits),
            json["schema"]?.stringValue == Self.schema, json.objectValue?.count == 6,
            let scope = json["scope"]?.stringValue.flatMap({ ControlScope(key: $0) }),
            let action = json["action"]?.stringValue.flatMap({ Action(rawValue: $0) }),
            case .integer(let sequence)? = json["sequence"], sequence >= 1,
            let issued = json["issued_at"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let reason = json["reason"]?.stringValue,
            reason.utf8.count <= Self.reasonBytesMax
        else { throw .unreadable }
        self.init(action, scope, sequence: sequence, issued: issued, reason: reason)
    }
}

extension ControlRefusal {
    fileprivate init(_ error: SigningError) {
        self =
            switch error {
            case .unsigned: .unsigned
            case .wrongSignature: .wrongSignature
            case .unknownKey: .unknownKey
            case .otherPayload: .otherPayload
            default: .unreadable
            }
    }
}
