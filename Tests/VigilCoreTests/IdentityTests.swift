import Testing
import VigilCore

/// Digests and identifiers against known answers.
struct IdentityTests {
    @Test(
        "SHA-256 gives the known answers of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, hex: String) {
        #expect(Digest(of: text.utf8).hex == hex)
        #expect(Digest(of: text.utf8).description == "sha256:" + hex)
    }

    @Test("a digest made piece by piece equals one made at once")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var hasher = DigestHasher()
        hasher.update(Array(bytes.prefix(1)))
        hasher.update([])
        bytes.dropFirst().withUnsafeBytes { hasher.update($0) }
        #expect(hasher.finish() == Digest(of: bytes))
    }

    @Test("neighbouring fields do not run together")
    func fields() {
        func digest(_ fields: [String]) -> Digest {
            var hasher = DigestHasher()
            for field in fields { hasher.updateField(field) }
            return hasher.finish()
        }
        #expect(digest(["a", "bc"]) != digest(["ab", "c"]))
        #expect(digest(["a\0"]).hex == Digest(of: [0x61, 0, 0]).hex)
    }

    @Test("a digest has 32 bytes")
    func length() {
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(Digest(bytes: Digest(of: []).bytes) == Digest(of: []))
    }

    // RFC 4231, test cases 1 and 2.
    @Test("HMAC-SHA-256 gives the known answers of RFC 4231")
    func hmac() {
        let first = Digest.hmac(
            key: [UInt8](repeating: 0x0b, count: 20), message: Array("Hi There".utf8))
        #expect(first.hex == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = Digest.hmac(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        #expect(second.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    // Made with Python 3.11: uuid.uuid5(namespace, "".join(field + "\0" for field in fields)).
    @Test("identifiers equal those of Python's uuid5")
    func uuid() {
        #expect(UUIDv5.vigil.description == "71735160-7bf2-5750-a98f-cb1d5c2f96cb")
        let known: [([String], String)] = [
            (["a", "bc"], "6cd53afe-4ba9-5cc0-9fd8-9ad6257453a9"),
            (["ab", "c"], "c6d21060-282b-58fc-80db-2f711b835e70"),
            ([], "f4e9995c-14c7-5749-bedd-543c15554c30"),
        ]
        for (fields, text) in known {
            #expect(UUIDv5(namespace: .vigil, fields: fields).description == text)
        }
    }

    // Made with Python 3.11: hmac.new(b"k" * 32, b"1.2.840.113619.2.5", sha256), 32 digits.
    @Test("a pseudonym is the keyed digest of the UID, and shows nothing of it")
    func pseudonym() throws {
        let uid = try #require(DicomUID("1.2.840.113619.2.5"))
        let key = [UInt8](repeating: UInt8(ascii: "k"), count: 32)
        #expect(Pseudonym(of: uid, key: key).description == "aa1430bc44351809f21c6cbc32d4f1a7")
        #expect(Pseudonym(of: uid, key: [1]) != Pseudonym(of: uid, key: key))
    }

    @Test("hexadecimal text is read back, and nothing else is read")
    func hex() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0x0a, 0xf0]) == "0af0")
        #expect(Hex.decode("0AF0") == [0x0a, 0xf0])
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "0x", " 0", "é0", "12 3"] { #expect(Hex.decode(text) == nil) }
    }
}
