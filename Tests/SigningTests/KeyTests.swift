import Foundation
import Signing
import Testing
import VigilCore

/// Keys, their files, and OpenSSL's word on them.
struct KeyTests {
    @Test("OpenSSL's command reads our keys, and says that our signatures are right")
    func verifiedByOpenSSL() throws {
        try SigningFolder.with { folder in
            let key = try SigningKey.make()
            try KeyFile.write(
                key, privatePath: folder.path("a.key"), publicPath: folder.path("a.pub"))
            let message = Array("as it was read".utf8) + [0, 0xff]
            try folder.write(message, "message")
            try folder.write(try key.sign(message), "signature")
            let verify = [
                "pkeyutl", "-verify", "-pubin", "-inkey", folder.path("a.pub"), "-rawin", "-in",
                folder.path("message"), "-sigfile", folder.path("signature"),
            ]
            #expect(try folder.openssl(verify).code == 0)
            try folder.write(message + [1], "message")
            #expect(try folder.openssl(verify).code != 0)
            // The public half of the private file is what the public file holds.
            let half = try folder.openssl(["pkey", "-in", folder.path("a.key"), "-pubout"])
            #expect(half.code == 0 && half.output == key.verifying.pem)
            let der = try folder.openssl([
                "pkey", "-pubin", "-in", folder.path("a.pub"), "-outform", "DER", "-out",
                folder.path("der"),
            ])
            let bytes = try Data(contentsOf: URL(filePath: folder.path("der")))
            #expect(der.code == 0 && Digest(of: Array(bytes)) == key.verifying.id)
        }
    }

    @Test("we read a key that OpenSSL's command made, and its signature is ours")
    func madeByOpenSSL() throws {
        try SigningFolder.with { folder in
            let made = try folder.openssl([
                "genpkey", "-algorithm", "ed25519", "-out", folder.path("b.key"),
            ])
            #expect(made.code == 0)
            try folder.setMode(0o600, "b.key")
            let key = try KeyFile.signing(folder.path("b.key"))
            let message = Array("the same both ways".utf8)
            try folder.write(message, "message")
            let signed = try folder.openssl([
                "pkeyutl", "-sign", "-inkey", folder.path("b.key"), "-rawin", "-in",
                folder.path("message"), "-out", folder.path("signature"),
            ])
            let theirs = [UInt8](try Data(contentsOf: URL(filePath: folder.path("signature"))))
            let ours = try key.sign(message)
            #expect(signed.code == 0 && theirs == ours)
            #expect(key.verifying.verifies(theirs, of: message))
        }
    }

    @Test("a signature is of its bytes and its key alone, whatever bit is changed")
    func everyBit() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        let message = Array("sixteen bytes of".utf8)
        let signature = try key.sign(message)
        #expect(key.verifying.verifies(signature, of: message))
        #expect(!other.verifying.verifies(signature, of: message))
        for bit in 0..<(signature.count * 8) {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifying.verifies(changed, of: message))
        }
        for bit in 0..<(message.count * 8) {
            var changed = message
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.verifying.verifies(signature, of: changed))
        }
        for count in [0, 1, 63, 65, 1000] {
            let bytes = [UInt8](repeating: 7, count: count)
            #expect(!key.verifying.verifies(bytes, of: message))
        }
    }

    @Test(
        "a private key that others may read or write is refused",
        arguments: [
            0o640, 0o604, 0o660, 0o606, 0o644, 0o620,
        ])
    func open(mode: Int) throws {
        try SigningFolder.with { folder in
            let (secret, open) = (folder.path("c.key"), folder.path("c.pub"))
            try KeyFile.write(try SigningKey.make(), privatePath: secret, publicPath: open)
            #expect(throws: Never.self) { try KeyFile.signing(secret) }
            try folder.setMode(mode, "c.key")
            #expect(throws: SigningError.keyTooOpen(path: SafeText(operatorProvided: secret))) {
                try KeyFile.signing(secret)
            }
        }
    }

    @Test("a pair is written for its owner, and never over another")
    func written() throws {
        try SigningFolder.with { folder in
            let (secret, open) = (folder.path("d.key"), folder.path("d.pub"))
            let key = try SigningKey.make()
            try KeyFile.write(key, privatePath: secret, publicPath: open)
            #expect(try folder.mode("d.key") == 0o600)
            #expect(try KeyFile.verifying(open) == key.verifying)
            for (first, second) in [(secret, "e.pub"), ("e.key", open)] {
                #expect(throws: SigningError.self) {
                    try KeyFile.write(
                        try SigningKey.make(),
                        privatePath: first == secret ? secret : folder.path(first),
                        publicPath: second == open ? open : folder.path(second))
                }
            }
            #expect(try KeyFile.signing(secret).verifying == key.verifying)
            #expect(try KeyFile.verifying(open) == key.verifying)
        }
    }

    @Test("files that hold no such key are refused, with what is wanted")
    func bad() throws {
        try SigningFolder.with { folder in
            let pem = try SigningKey.make().verifying.pem
            let texts = [
                "", "x", pem.replacing("PUBLIC", with: "PRIVATE"),
                pem.replacing("-----BEGIN PUBLIC KEY-----", with: ""),
                String(pem.dropLast(60)), pem.replacing("MCow", with: "MCox"),
                String(repeating: "-----BEGIN PUBLIC KEY-----\n", count: 300),
            ]
            for text in texts {
                try folder.write(Array(text.utf8), "bad")
                try folder.setMode(0o600, "bad")
                #expect(throws: SigningError.self) { try KeyFile.verifying(folder.path("bad")) }
                #expect(throws: SigningError.self) { try KeyFile.signing(folder.path("bad")) }
            }
            for path in [folder.path("none"), folder.path("."), "/dev/null"] {
                #expect(throws: SigningError.self) { try KeyFile.verifying(path) }
            }
            for kind in ["rsa", "ed448", "x25519"] {
                let made = try folder.openssl([
                    "genpkey", "-algorithm", kind, "-out", folder.path(kind),
                ])
                #expect(made.code == 0)
                try folder.setMode(0o600, kind)
                #expect(throws: SigningError.self) { try KeyFile.signing(folder.path(kind)) }
            }
        }
    }

    @Test("a signing key tells nothing of itself to who prints or dumps it")
    func secret() throws {
        let key = try SigningKey.make()
        #expect(key.customMirror.children.count == 1)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(text.contains(key.verifying.id.hex) && text.count < 200)
        }
    }
}
