/// A trie over the pieces of a vocabulary: sequences of bytes or scalars, each with a number.
struct PieceTrie: Sendable {
    /// The node of the empty sequence.
    static let root: Int32 = 0

    /// A node and a symbol to the node behind.
    private var children: [UInt64: Int32] = [:]
    private var values: [Int32] = [-1]

    /// Whether it holds no piece.
    var isEmpty: Bool { values.count == 1 }

    /// Adds a piece; the last of two equal ones holds. `value` is 0 or more.
    mutating func insert(_ piece: some Sequence<UInt32>, value: Int32) {
        var node = Self.root
        for symbol in piece {
            let key = Self.key(node, symbol)
            if let child = children[key] {
                node = child
            } else {
                let child = Int32(values.count)
                values.append(-1)
                children[key] = child
                node = child
            }
        }
        values[Int(node)] = value
    }

    /// Adds a piece of bytes.
    mutating func insert(bytes piece: some Sequence<UInt8>, value: Int32) {
        insert(piece.lazy.map { UInt32($0) }, value: value)
    }

    /// The node behind a node and a symbol.
    func child(of node: Int32, _ symbol: UInt32) -> Int32? {
        children[Self.key(node, symbol)]
    }

    /// The number of the piece that ends at a node.
    func value(at node: Int32) -> Int32? {
        values[Int(node)] < 0 ? nil : values[Int(node)]
    }

    /// The number of a piece of bytes.
    func value(of piece: some Sequence<UInt8>) -> Int32? {
        var node = Self.root
        for byte in piece {
            guard let child = child(of: node, UInt32(byte)) else { return nil }
            node = child
        }
        return value(at: node)
    }

    private static func key(_ node: Int32, _ symbol: UInt32) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 32 | UInt64(symbol)
    }
}
