import Audit
import FileKit
import Signing
import Testing
import VigilCore

/// Signed notes and checkpoints: one that PyPI's cryptography signed, the example of C2SP
/// signed-note, and what must not be taken.
struct NoteTests {
    /// The note of the twin in Python, and who signed it.
    private static func twin() throws -> (note: [UInt8], key: VerifyingKey, text: String) {
        let all = try JSONParser.parse(TestFiles.vector("trees.json") ?? [])["note"]
        let pem = try #require(all?["public"]?.stringValue)
        return (
            Array(try #require(all?["note"]?.stringValue).utf8),
            try #require(VerifyingKey(pem: Array(pem.utf8))),
            try #require(all?["vkey"]?.stringValue)
        )
    }

    @Test("a checkpoint that another program has signed is taken, and written back byte for byte")
    func fromTwin() throws {
        let (bytes, key, text) = try Self.twin()
        let note = try SignedNote(bytes)
        let checkpoint = try Checkpoint(note, keys: [key])
        #expect(checkpoint.origin == "vigil/workers/worker-1" && checkpoint.size == 7)
        #expect(NoteKey(name: checkpoint.origin, key: key).text == text)
        #expect(Array(note.text.utf8) == bytes)
    }

    @Test("our checkpoint is read back; another key, name or text is refused")
    func own() throws {
        let (key, other) = (try SigningKey.make(), try SigningKey.make())
        var tree = MerkleFrontier()
        tree.append(MerkleHash.leaf([1, 2, 3]))
        let checkpoint = Checkpoint(origin: "a/b", tree)
        let note = try checkpoint.signed(by: key)
        #expect(try Checkpoint(note, keys: [other.verifying, key.verifying]) == checkpoint)
        #expect(throws: AuditError.unknownKey) { try Checkpoint(note, keys: [other.verifying]) }
        let foreign = try SignedNote(checkpoint.body, name: "c/d", key: key)
        #expect(throws: AuditError.unknownKey) { try Checkpoint(foreign, keys: [key.verifying]) }
        let changed = note.text.replacing("a/b\n1\n", with: "a/b\n2\n", maxReplacements: 1)
        let read = try SignedNote(Array(changed.utf8))
        #expect(throws: AuditError.wrongSignature) { try Checkpoint(read, keys: [key.verifying]) }
    }

    @Test("no byte of a note can be changed and the note still be taken as signed")
    func flips() throws {
        let (bytes, key, _) = try Self.twin()
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                let checkpoint = try? Checkpoint(try SignedNote(changed), keys: [key])
                #expect(checkpoint == nil, "byte \(place), bit \(bit)")
            }
        }
        for count in bytes.indices {
            #expect((try? SignedNote(Array(bytes.prefix(count)))) == nil)
        }
    }

    @Test("a witness's word is of its time and text, and no flipped bit of it is taken")
    func cosigned() throws {
        let (key, witness) = (try SigningKey.make(), try SigningKey.make())
        let checkpoint = Checkpoint(origin: "a/b", MerkleFrontier())
        let time = Timestamp(microseconds: 1_790_000_000_123_456)
        let note = try checkpoint.signed(by: key).cosigned(by: "board", witness, at: time)
        let board = NoteKey(name: "board", key: witness.verifying, kind: .cosignature)
        #expect(try note.time(cosignedBy: board) == 1_790_000_000)
        let read = try SignedNote(Array(note.text.utf8))
        #expect(try read.time(cosignedBy: board) == 1_790_000_000)
        #expect(try Checkpoint(read, keys: [key.verifying]) == checkpoint)
        // A signature of the note alone is no cosignature, and the reverse.
        #expect(throws: AuditError.unknownKey) { try Checkpoint(read, keys: [witness.verifying]) }
        let other = NoteKey(name: "board", key: key.verifying, kind: .cosignature)
        #expect(try read.time(cosignedBy: other) == nil)
        let bytes = Array(note.text.utf8)
        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                let taken = try? SignedNote(changed).time(cosignedBy: board)
                // A bit of the log's own signature is none of the witness's.
                let isOfLog = place > checkpoint.body.utf8.count && place < bytes.count - 112
                #expect(taken.flatMap { $0 } == nil || isOfLog, "byte \(place), bit \(bit)")
            }
        }
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "a/b\n1\n", "a/b\n01\nAAAA\n", "a/b\n-1\nAAAA\n", "a/b\n1\nAAAA\n", "\n1\nAAAA\n",
            "a/b\n99999999999999999999\nAAAA\n", "",
        ])
    func noCheckpoint(_ body: String) {
        #expect(throws: AuditError.self) { try Checkpoint(body: body) }
    }

    @Test("a proof is a text of C2SP tlog-proof")
    func proof() throws {
        let key = try SigningKey.make()
        var (frontier, tree) = (MerkleFrontier(), MerkleTree())
        for number in 0..<5 {
            frontier.append(MerkleHash.leaf([UInt8(number)]))
            tree.append(MerkleHash.leaf([UInt8(number)]))
        }
        let note = try Checkpoint(origin: "a/b", frontier).signed(by: key)
        let path = try #require(tree.inclusion(of: 3, in: 5))
        let text = InclusionProof(leaf: [3], index: 3, path: path, note: note).text
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1" && lines[1] == "extra Aw==")
        #expect(lines[2] == "index 3" && lines[3] == Base64.encode(path[0].bytes))
        #expect(lines[3 + path.count].isEmpty && text.hasSuffix(note.text))
    }
}
