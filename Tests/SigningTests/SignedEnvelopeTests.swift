import Foundation
import Signing
import Testing
import VigilCore

/// Envelopes: what they vouch for, and what they do not.
struct SignedEnvelopeTests {
    private let type = "application/vnd.vigil.test+json"
    private let payload = Array(#"{"a":1}"#.utf8)

    private func error(_ body: () throws(SigningError) -> Void) -> SigningError? {
        do throws(SigningError) { try body() } catch { return error }
        return nil
    }

    @Test("what was signed comes out byte for byte, by the key that signed it")
    func opened() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        for count in [0, 1, 2, 3, 64, 1000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
            let text = Array(try SignedEnvelope(bytes, type: type, key: key).text.utf8)
            let opened = try SignedEnvelope(text).open(
                type: type, keys: [other.verifying, key.verifying])
            #expect(opened.payload == bytes && opened.signer == key.verifying)
        }
    }

    @Test("OpenSSL's command verifies an envelope from DSSE's own words")
    func byOpenSSL() throws {
        try SigningFolder.with { folder in
            let key = try SigningKey.make()
            let text = try SignedEnvelope(payload, type: type, key: key).text
            let json = try JSONParser.parse(Array(text.utf8))
            let signature = try #require(
                json["signatures"]?.arrayValue?.first?["sig"]?.stringValue)
            try folder.write(Array(key.verifying.pem.utf8), "key")
            try folder.write(
                [UInt8](try #require(Data(base64Encoded: signature))), "signature")
            // "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body
            try folder.write(
                Array("DSSEv1 \(type.count) \(type) 7 ".utf8) + payload, "message")
            let run = try folder.openssl([
                "pkeyutl", "-verify", "-pubin", "-inkey", folder.path("key"), "-rawin", "-in",
                folder.path("message"), "-sigfile", folder.path("signature"),
            ])
            #expect(run.code == 0)
        }
    }

    @Test("an envelope for another use, by another key, changed or unsigned says which")
    func refused() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        let text = try SignedEnvelope(payload, type: type, key: key).text
        func open(_ text: String, type: String? = nil, _ keys: [SigningKey]) -> SigningError? {
            error { () throws(SigningError) in
                _ = try SignedEnvelope(Array(text.utf8)).open(
                    type: type ?? self.type, keys: keys.map(\.verifying))
            }
        }
        #expect(open(text, [key]) == nil)
        #expect(open(text, type: "application/json", [key]) == .otherPayload)
        #expect(open(text, [other]) == .unknownKey)
        #expect(open(text, []) == .unknownKey)
        let changed = text.replacing("eyJhIjoxfQ==", with: "eyJhIjoyfQ==")
        #expect(changed != text && open(changed, [key]) == .wrongSignature)
        // The name of a key is no part of what is signed: a wrong one finds no key.
        let renamed = text.replacing(key.verifying.id.hex, with: other.verifying.id.hex)
        #expect(open(renamed, [key, other]) == .wrongSignature)
        #expect(open(#"{"a":1}"#, [key]) == .unsigned)
        #expect(open(#"{"payloadType":"x","payload":"","signatures":[]}"#, [key]) == .unsigned)
        #expect(open(#"{"payloadType":"x","payload":""}"#, [key]) == .unsigned)
        for text in ["", "[]", "{", "null", #"{"payloadType":"x","payload":"?"}"#] {
            guard case .badEnvelope? = open(text, [key]) else {
                Issue.record("\(text)")
                continue
            }
        }
    }

    @Test("no changed byte of an envelope opens as anything else than what was signed")
    func everyByte() throws {
        let key = try SigningKey.make()
        let text = Array(try SignedEnvelope(payload, type: type, key: key).text.utf8)
        for index in text.indices {
            for bit in 0..<8 {
                var changed = text
                changed[index] ^= 1 << UInt8(bit)
                guard
                    let opened = try? SignedEnvelope(changed).open(
                        type: type, keys: [key.verifying])
                else { continue }
                #expect(opened.payload == payload)
            }
        }
    }
}
