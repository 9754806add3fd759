package import VigilCore

/// A signed checkpoint as the audit topic has it, with what a worker needs to go on from there: the
/// hashes of the tree's right edge.
package struct AuditCheckpoint: Sendable, Hashable {
    package let tree: AuditTreeName
    package let size: Int64
    /// The hashes of the whole subtrees that the tree is made of, the largest first.
    package let peaks: [Digest]
    /// The checkpoint itself, a signed note.
    package let note: String

    package init(tree: AuditTreeName, size: Int64, peaks: [Digest], note: String) {
        self.tree = tree
        self.size = size
        self.peaks = peaks
        self.note = note
    }

    var json: JSONValue {
        var object = JSONObject()
        object.set("tree", safe: tree)
        object.set("size", .integer(size))
        object.set("peaks", list: peaks.map { .string($0.hex) })
        object.set("note", text: note)
        return .object(object)
    }

    init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "the record")
        self.init(
            tree: try reader.required("tree") { $0.stringValue.flatMap { AuditTreeName($0) } },
            size: try reader.required("size") { Member.whole($0)?.within(0...Int64.max) },
            peaks: try reader.optional("peaks") { value in
                let peaks = value.arrayValue?.compactMap(Member.digest)
                return peaks?.count == value.arrayValue?.count ? peaks : nil
            } ?? [],
            note: try reader.required("note", Member.string))
    }
}
