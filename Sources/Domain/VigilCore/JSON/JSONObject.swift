/// The members of a JSON object in the order of their text, each name once.
///
/// Names are told apart by their bytes, as other languages do; Swift's `==` on strings holds "é" in
/// one scalar and in two for the same. Looking a name up takes constant time, so a vocabulary of
/// 50,000 entries is no burden. Two objects are equal when they have equal members in the same
/// order.
package struct JSONObject: Sendable {
    /// One name with its value.
    package struct Member: Sendable, Hashable {
        package let name: String
        package let value: JSONValue
    }

    /// Below this many members a walk is faster than a hash table.
    private static let indexedAbove = 8

    /// All members in order.
    package private(set) var members: [Member] = []
    /// Where each name stands; kept only above ``indexedAbove`` members.
    private var index: [Name: Int] = [:]

    /// A name that is equal to another only byte for byte.
    private struct Name: Hashable {
        let text: String

        static func == (left: Name, right: Name) -> Bool {
            left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
            hasher.combine(0xff as UInt8)
        }
    }

    package init() {}

    /// How many members there are.
    package var count: Int { members.count }

    /// The value under a name. Setting replaces in place or appends; nil removes.
    package subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            switch (position(of: name), newValue) {
            case (let position?, let value?):
                members[position] = Member(name: name, value: value)
            case (nil, let value?):
                append(name, value)
            case (let position?, nil):
                members.remove(at: position)
                rebuildIndex()
            case (nil, nil):
                break
            }
        }
    }

    /// Adds a member at the end unless its name is taken; says whether it was added.
    package mutating func appendIfNew(_ name: String, _ value: JSONValue) -> Bool {
        guard position(of: name) == nil else { return false }
        append(name, value)
        return true
    }

    private func position(of name: String) -> Int? {
        members.count > Self.indexedAbove
            ? index[Name(text: name)]
            : members.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
    }

    private mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: name, value: value))
        if members.count == Self.indexedAbove + 1 {
            rebuildIndex()
        } else if members.count > Self.indexedAbove {
            index[Name(text: name)] = members.count - 1
        }
    }

    private mutating func rebuildIndex() {
        index = [:]
        guard members.count > Self.indexedAbove else { return }
        for (position, member) in members.enumerated() { index[Name(text: member.name)] = position }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members == right.members
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(members)
    }
}
