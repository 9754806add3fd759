import Foundation
import Pipeline
import Testing
import VigilCore

/// Which files are taken for the key of pseudonyms.
struct PseudonymKeyTests {
    /// Why a file of these bytes is refused; nil when it is taken.
    private func refusal(_ bytes: [UInt8], mode: Int = 0o600) throws -> SafeText? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "vigil-key-\(UUID().uuidString)"
        ).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        do {
            #expect(try PseudonymKey(file: path).bytes == bytes)
            return nil
        } catch {
            #expect(error.code == "pseudonym_key_unusable")
            #expect(error.remedy.text.contains("/dev/urandom"))
            return error.what
        }
    }

    @Test("32 random bytes are taken, raw and as text, if only their owner may read them")
    func taken() throws {
        let key = Digest(of: [1, 2, 3])
        #expect(try refusal(key.bytes) == nil)
        #expect(try refusal(key.bytes, mode: 0o400) == nil)
        #expect(try refusal(Array(key.hex.utf8) + [0x0a]) == nil)
        #expect(try refusal(Array(Data(key.bytes).base64EncodedString().utf8) + [0x0a]) == nil)
        #expect(try PseudonymKey(file: nil).isPublic)
    }

    @Test(
        "a file that anybody else may read or write is refused",
        arguments: [0o644, 0o640, 0o604, 0o660, 0o620, 0o602, 0o601, 0o444])
    func open(mode: Int) throws {
        let reason = try refusal(Digest(of: [1]).bytes, mode: mode)
        #expect(reason?.text.contains("group") == true)
    }

    @Test("keys that are short, filled up, repeated or counted are refused")
    func weak() throws {
        let digest = Digest(of: [1])
        let good = digest.bytes
        let weak: [[UInt8]] = [
            [], Array(good.prefix(16)), Array(good.prefix(31)),
            Array(digest.hex.utf8.prefix(31)) + [0x0a],
            Array("a password of 31 characters....".utf8) + [0x0a],
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 64),
            [UInt8](repeating: 0x41, count: 4096), Array(good.prefix(16)) + Array(good.prefix(16)),
            Array(0..<32), Array(0..<64).reversed(), (0..<32).map { $0 * 3 },
            Array(good.prefix(8)) + [UInt8](repeating: 0, count: 24),
            Array("changemechangemechangemechangeme".utf8),
            Array("0000000000000000000000000000000000000000000000000000000000000000".utf8),
            Array("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".utf8),
        ]
        for bytes in weak {
            let reason = try refusal(bytes)
            #expect(reason != nil, "\(bytes.prefix(40))")
        }
    }

    @Test("what is no file is refused, and a pipe is not waited for")
    func noFile() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let pipe = folder + "/vigil-pipe-\(UUID().uuidString)"
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        for path in [folder, folder + "/not-there", "/dev/zero", pipe] {
            #expect(throws: PipelineError.self) { try PseudonymKey(file: path) }
        }
    }
}
