import Audit
import FileKit
import Testing
import VigilCore

/// Trees and proofs against a twin in Python (`make_vectors.py`), against the roots that RFC 6962's
/// own implementation published, and against the picture of RFC 9162 section 2.1.5.
struct MerkleTests {
    private static let vectors = Result {
        try JSONParser.parse(TestFiles.vector("trees.json") ?? [])
    }

    private static func list(_ name: String) throws -> [JSONValue] {
        try #require(try vectors.get()[name]?.arrayValue)
    }

    private static func number(_ value: JSONValue?) throws -> Int {
        try #require(value?.outside?.exactly(Int.self)?.within(0...1_000_000))
    }

    private static func hashes(_ value: JSONValue?) throws -> [Digest] {
        try #require(value?.arrayValue).map {
            try #require($0.stringValue.flatMap { Digest(text: $0) })
        }
    }

    /// A leaf of the twin's trees.
    private static func data(_ index: Int) -> [UInt8] {
        Array(Digest(of: "leaf \(index)".utf8).bytes.prefix(index % 33))
    }

    private static func tree(_ size: Int) -> MerkleTree {
        var tree = MerkleTree()
        for index in 0..<size { tree.append(MerkleHash.leaf(data(index))) }
        return tree
    }

    @Test("roots of Certificate Transparency's published leaves are those published")
    func published() {
        let leaves = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var (frontier, tree) = (MerkleFrontier(), MerkleTree())
        #expect(frontier.root.hex.hasPrefix("e3b0c44298fc1c14"))
        for (leaf, root) in zip(leaves, roots) {
            let hash = MerkleHash.leaf(Hex.decode(leaf) ?? [])
            frontier.append(hash)
            tree.append(hash)
            #expect(frontier.root.hex == root && tree.root(of: tree.size)?.hex == root)
        }
    }

    @Test("proofs of the tree of seven leaves are those of RFC 9162's picture")
    func picture() throws {
        let tree = Self.tree(7)
        let leaf = (0..<7).map { tree.leaf($0) }
        let (g, h, i) = (
            MerkleHash.node(leaf[0], leaf[1]), MerkleHash.node(leaf[2], leaf[3]),
            MerkleHash.node(leaf[4], leaf[5])
        )
        let k = MerkleHash.node(g, h)
        let l = MerkleHash.node(i, leaf[6])
        #expect(tree.inclusion(of: 0, in: 7) == [leaf[1], h, l])
        #expect(tree.inclusion(of: 3, in: 7) == [leaf[2], g, l])
        #expect(tree.inclusion(of: 4, in: 7) == [leaf[5], leaf[6], k])
        #expect(tree.inclusion(of: 6, in: 7) == [i, k])
        #expect(tree.consistency(from: 3, to: 7) == [leaf[2], leaf[3], g, l])
        #expect(tree.consistency(from: 4, to: 7) == [l])
        #expect(tree.consistency(from: 6, to: 7) == [i, leaf[6], k])
    }

    @Test("roots of all sizes are the twin's, by the whole tree and by its right edge")
    func roots() throws {
        let wanted = try #require(try Self.vectors.get()["roots"]?.objectValue)
        let tree = Self.tree(300)
        var frontier = MerkleFrontier()
        for size in 0...300 {
            if let root = wanted[String(size)]?.stringValue {
                #expect(tree.root(of: size)?.hex == root && frontier.root.hex == root)
            }
            let again = MerkleFrontier(size: frontier.size, peaks: frontier.peaks)
            #expect(again == frontier)
            frontier.append(MerkleHash.leaf(Self.data(size)))
        }
        #expect(wanted.count > 15 && tree.root(of: 301) == nil)
        #expect(MerkleFrontier(size: 3, peaks: [MerkleHash.empty]) == nil)
    }

    @Test("proofs of inclusion are the twin's, hold, and hold of nothing else")
    func inclusion() throws {
        let tree = Self.tree(300)
        for one in try Self.list("inclusion") {
            let (index, size) = (try Self.number(one["index"]), try Self.number(one["size"]))
            let path = try #require(tree.inclusion(of: index, in: size))
            #expect(try path == Self.hashes(one["path"]))
            let root = try #require(tree.root(of: size))
            func holds(_ path: [Digest], _ leaf: Digest, _ index: Int, _ size: Int) -> Bool {
                MerkleProof.verifies(
                    inclusion: path, of: leaf, at: Int64(index), size: Int64(size), root: root)
            }
            let leaf = tree.leaf(index)
            #expect(holds(path, leaf, index, size))
            #expect(!holds(path, MerkleHash.empty, index, size))
            #expect(!holds(path + [MerkleHash.empty], leaf, index, size))
            #expect(!holds(path, leaf, index, index))
            if !path.isEmpty {
                #expect(!holds(path.dropLast(), leaf, index, size))
                #expect(!holds([MerkleHash.empty] + path.dropFirst(), leaf, index, size))
                #expect(!holds(path, leaf, index == 0 ? 1 : index - 1, size))
            }
        }
        #expect(tree.inclusion(of: 300, in: 300) == nil && tree.inclusion(of: 0, in: 301) == nil)
    }

    @Test("proofs of consistency are the twin's, hold, and hold of no other root")
    func consistency() throws {
        let tree = Self.tree(300)
        for one in try Self.list("consistency") {
            let (from, to) = (try Self.number(one["from"]), try Self.number(one["to"]))
            let proof = try #require(tree.consistency(from: from, to: to))
            #expect(try proof == Self.hashes(one["path"]))
            let (old, new) = (
                try #require(tree.root(of: from)), try #require(tree.root(of: to))
            )
            func holds(_ proof: [Digest], _ old: Digest, _ new: Digest) -> Bool {
                MerkleProof.verifies(
                    consistency: proof, from: (Int64(from), old), to: (Int64(to), new))
            }
            #expect(holds(proof, old, new))
            #expect(!holds(proof, MerkleHash.empty, new) && !holds(proof, old, MerkleHash.empty))
            #expect(!holds(proof + [MerkleHash.empty], old, new))
            if !proof.isEmpty { #expect(!holds(proof.dropLast(), old, new)) }
        }
        #expect(tree.consistency(from: 0, to: 5) == nil)
    }

    @Test("tiles of 70,000 leaves are the twin's, each by its path and bytes")
    func tiles() throws {
        var tree = MerkleTree()
        for index in 0..<70_000 { tree.append(MerkleHash.leaf(Array("\(index)".utf8))) }
        var files: [String: String] = [:]
        MerkleTiles(tree, size: tree.size).eachTile { (file) throws(Never) in
            files[file.path] = Digest(of: file.bytes).hex
        }
        let wanted = try #require(try Self.vectors.get()["tiles"])
        let all = files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
        #expect(try files.count == Self.number(wanted["count"]))
        #expect(Digest(of: all.utf8).hex == wanted["digest"]?.stringValue)
        #expect(files["tile/0/273.p/112"] != nil && files["tile/2/000.p/1"] != nil)
    }

    @Test("bundles give their leaves back, and other bytes give none")
    func bundles() {
        let leaves = (0..<256).map { Self.data($0) } + [[UInt8](repeating: 7, count: 65_535)]
        let whole = MerkleTiles.bundle(Array(leaves.prefix(256)), from: 1_234_067 * 256)
        #expect(whole.path == "tile/entries/x001/x234/067")
        #expect(MerkleTiles.leaves(of: whole.bytes) == Array(leaves.prefix(256)))
        let part = MerkleTiles.bundle([leaves[256]], from: 0)
        #expect(part.path == "tile/entries/000.p/1")
        #expect(MerkleTiles.leaves(of: part.bytes) == [leaves[256]])
        #expect(MerkleTiles.leaves(of: Array(part.bytes.dropLast())) == nil)
        #expect(MerkleTiles.leaves(of: part.bytes + [0]) == nil)
        #expect(MerkleTiles.leaves(of: whole.bytes + [0, 0]) == nil)
    }
}
