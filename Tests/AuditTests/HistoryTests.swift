import Audit
import Signing
import Testing
import VigilCore

/// What is found of a log that was changed, and how a worker goes on with its own.
struct HistoryTests {
    private static let name: AuditTreeName = {
        guard let name = AuditTreeName("vigil/workers/worker-1") else {
            preconditionFailure("it is a name")
        }
        return name
    }()
    private let key = Result { try SigningKey.make() }

    private func note(_ count: Int, _ leaves: [[UInt8]]) throws -> String {
        let tree = Self.edge(Array(leaves.prefix(count)))
        return try Checkpoint(origin: Self.name.text, tree).signed(by: try key.get()).text
    }

    private static func edge(_ leaves: [[UInt8]]) -> MerkleFrontier {
        leaves.reduce(into: MerkleFrontier()) { $0.append(MerkleHash.leaf($1)) }
    }

    private static let leaves = (0..<10).map { Array("leaf \($0)".utf8) }

    private func history(
        _ leaves: [(Int, [UInt8])], notes: [String]
    ) throws -> AuditHistory {
        var history = AuditHistory(Self.name, keys: [try key.get().verifying])
        for (index, bytes) in leaves { _ = history.take(leaf: bytes, at: Int64(index)) }
        for note in notes { history.take(checkpoint: Array(note.utf8)) }
        history.finish()
        return history
    }

    private var whole: [(Int, [UInt8])] { Array(Self.leaves.enumerated()).map { ($0, $1) } }

    @Test("a log as it was written is good, and tells what is not signed yet")
    func good() throws {
        let history = try history(whole, notes: [note(4, Self.leaves), note(9, Self.leaves)])
        #expect(history.faults.isEmpty && history.unsigned == 1 && history.signed.count == 2)
        #expect(history.newest?.checkpoint.size == 9)
    }

    @Test("a changed, missing, swapped, doubled or cut leaf is found")
    func changes() throws {
        let notes = [try note(10, Self.leaves)]
        var changed = whole
        changed[3].1.append(0)
        #expect(try history(changed, notes: notes).faults == [.otherRoot(size: 10)])
        var missing = whole
        missing.remove(at: 5)
        #expect(try history(missing, notes: notes).faults.first == .hole(index: 5))
        var swapped = whole
        swapped.swapAt(2, 3)
        #expect(try history(swapped, notes: notes).faults.first == .hole(index: 2))
        #expect(
            try history(whole + [(4, Self.leaves[4])], notes: notes).faults
                == [.repeated(index: 4)])
        #expect(try history(whole + [(4, [0])], notes: notes).faults == [.fork(index: 4)])
        #expect(
            try history(Array(whole.prefix(7)), notes: notes).faults
                == [.truncated(size: 10, found: 7)])
        let foreign = try Checkpoint(origin: Self.name.text, Self.edge(Self.leaves))
            .signed(by: SigningKey.make()).text
        #expect(try history(whole, notes: [foreign]).faults == [.badCheckpoint(.unknownKey)])
    }

    // MARK: A worker's own log

    private func rebuild(
        from first: Int, _ leaves: [(Int, [UInt8])], signedAt size: Int? = nil,
        held: Checkpoint? = nil
    ) throws -> TreeRebuild {
        var rebuild = TreeRebuild(
            Self.name, key: try key.get().verifying, held: held, isFromStart: first == 0)
        if let size {
            rebuild.take(
                checkpoint: try note(size, Self.leaves), size: Int64(size),
                peaks: Self.edge(Array(Self.leaves.prefix(size))).peaks)
        }
        for (index, bytes) in leaves { rebuild.take(leaf: bytes, at: Int64(index)) }
        return rebuild
    }

    @Test("a tree is the same from its first leaf and from a checkpoint in its middle")
    func rebuilt() throws {
        let all = Self.edge(Self.leaves)
        #expect(try rebuild(from: 0, whole).finish() == all)
        let later = try rebuild(from: 6, Array(whole.dropFirst(6)), signedAt: 6)
        #expect(try later.finish() == all && later.isRooted && later.signedSize == 6)
        #expect(try !rebuild(from: 6, Array(whole.dropFirst(6))).isRooted)
        #expect(try rebuild(from: 0, []).finish() == MerkleFrontier())
    }

    @Test("a hole, a fork and a lost beginning are not gone on with")
    func refused() throws {
        let told = SafeText(operatorProvided: Self.name.text)
        #expect(throws: AuditError.hole(tree: told, index: 4)) {
            try rebuild(from: 0, whole.filter { $0.0 != 4 }).finish()
        }
        #expect(throws: AuditError.forked(tree: told, index: 4)) {
            try rebuild(from: 0, whole + [(4, [0])]).finish()
        }
        #expect(throws: AuditError.beginningGone(tree: told)) {
            try rebuild(from: 0, Array(whole.dropFirst(3))).finish()
        }
        let held = Checkpoint(origin: Self.name.text, Self.edge(Self.leaves))
        #expect(throws: AuditError.truncated(tree: told, size: 8, held: 10)) {
            try rebuild(from: 0, Array(whole.prefix(8)), held: held).finish()
        }
        var other = whole
        other[2].1.append(1)
        #expect(throws: AuditError.forked(tree: told, index: 10)) {
            try rebuild(from: 0, other, held: held).finish()
        }
    }

    @Test("a checkpoint of another key, or with other hashes, says nothing")
    func foreign() throws {
        var rebuild = TreeRebuild(
            Self.name, key: try SigningKey.make().verifying, held: nil, isFromStart: false)
        let peaks = Self.edge(Self.leaves).peaks
        rebuild.take(checkpoint: try note(10, Self.leaves), size: 10, peaks: peaks)
        #expect(!rebuild.isRooted && rebuild.signedSize == 0)
        var own = TreeRebuild(
            Self.name, key: try key.get().verifying, held: nil, isFromStart: false)
        own.take(checkpoint: try note(10, Self.leaves), size: 10, peaks: peaks.reversed())
        #expect(!own.isRooted)
    }

    @Test("two slots never have one name, and none leaves its folder")
    func names() {
        let slots = ["a", "a/b", "a-2fb", "a--b", "a-b", ".", "..", "é", "", "a b"]
        let names = slots.map { AuditTreeName(house: "h", group: "g", slot: $0)?.text }
        #expect(Set(names.compactMap { $0 }).count == slots.count - 1 && names[8] == nil)
        #expect(names.compactMap { $0 }.allSatisfy { $0.split(separator: "/").count == 3 })
        #expect(!names.compactMap { $0 }.contains { $0.contains("/.") })
        for bad in ["", "a//b", "/a", "a/", "../a", "a/..", "a b", "a+b", "é"] {
            #expect(AuditTreeName(bad) == nil)
        }
    }
}
