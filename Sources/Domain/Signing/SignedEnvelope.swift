internal import VigilCore

/// Bytes and who signed them, in one file: an envelope of DSSE 1.0
/// (https://github.com/secure-systems-lab/dsse).
///
/// What is signed is the exact bytes, carried as base64, with what they are for: no two programs
/// have to agree on a canonical form of JSON, and what was signed for one use is worth nothing for
/// another.
package struct SignedEnvelope: Sendable, Hashable {
    /// The longest envelope that is read, in bytes.
    package static let bytesMax = 8 << 20
    private static let signaturesMax = 16

    private let payload: [UInt8]
    private let type: String
    private let signatures: [Signature]

    private struct Signature: Hashable {
        let key: String
        let bytes: [UInt8]
    }

    /// Signs bytes.
    /// - Parameter type: what they are, as a media type.
    package init(
        _ payload: [UInt8], type: String, key: SigningKey
    ) throws(SigningError) {
        self.payload = payload
        self.type = type
        let bytes = try key.sign(Self.signed(payload, type))
        signatures = [Signature(key: key.verifying.id.hex, bytes: bytes)]
    }

    /// Reads the text of an envelope, and believes nothing of it yet.
    package init(_ text: [UInt8]) throws(SigningError) {
        let limits = JSONLimits(bytes: Self.bytesMax, depth: 8, values: 1000)
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(text, limits: limits) } catch {
            throw .badEnvelope(reason: error.what)
        }
        // What is an object of another kind was never signed; say that, and not what is missing.
        guard json.objectValue != nil, json["payloadType"] != nil || json["payload"] != nil else {
            throw json.objectValue == nil ? .badEnvelope(reason: "it is no object") : .unsigned
        }
        guard let type = json["payloadType"]?.stringValue,
            let payload = json["payload"]?.stringValue.flatMap(Base64.decode)
        else {
            throw .badEnvelope(reason: "payloadType or payload is missing, or is no base64")
        }
        guard let found = json["signatures"]?.arrayValue, !found.isEmpty else { throw .unsigned }
        guard found.count <= Self.signaturesMax else {
            throw .badEnvelope(reason: "it has more than \(Self.signaturesMax) signatures")
        }
        self.type = type
        self.payload = payload
        signatures = found.map { item in
            Signature(
                key: item["keyid"]?.stringValue ?? "",
                bytes: item["sig"]?.stringValue.flatMap(Base64.decode) ?? [])
        }
    }

    /// The envelope's text.
    package var text: String {
        JSONWriter.text([
            "payloadType": .string(type), "payload": .string(Base64.encode(payload)),
            "signatures": .array(
                signatures.map {
                    ["keyid": .string($0.key), "sig": .string(Base64.encode($0.bytes))]
                }),
        ]) + "\n"
    }

    /// What was signed, once one of the keys vouches for it.
    /// - Parameter type: what it must be meant for.
    package func open(
        type wanted: String, keys: [VerifyingKey]
    ) throws(SigningError) -> (payload: [UInt8], signer: VerifyingKey) {
        guard type == wanted else { throw .otherPayload }
        let message = Self.signed(payload, type)
        var isKnown = false
        for signature in signatures {
            // The name only says which key to try: it is no part of what is signed.
            for key in keys where key.id.hex == signature.key {
                isKnown = true
                if key.verifies(signature.bytes, of: message) { return (payload, key) }
            }
        }
        throw isKnown ? .wrongSignature : .unknownKey
    }

    /// DSSE's pre-authentication encoding: lengths keep type and bytes apart.
    private static func signed(_ payload: [UInt8], _ type: String) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
