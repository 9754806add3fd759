import FileKit
import Tensor
import Testing

@Suite("Memory budget") struct MemoryBudgetTests {
    /// A made cgroup tree.
    private func tree(_ files: [(path: String, text: String)]) throws -> TestFolder {
        let folder = try TestFolder()
        for (path, text) in files { try folder.write(path, Array(text.utf8)) }
        return folder
    }

    @Test("of version 2 the folder that leaves least counts, and idle pages of files are left")
    func version2() throws {
        let tree = try tree([
            ("a/memory.max", "1000\n"), ("a/memory.current", "700\n"),
            ("a/memory.stat", "anon 400\ninactive_file 100\n"), ("a/b/memory.max", "max\n"),
            ("a/b/memory.current", "600\n"), ("memory.max", "900\n"),
        ])
        #expect(MemoryBudget.cgroupRoom(membership: "0::/a/b\n", root: tree.path) == 400)
        #expect(MemoryBudget.cgroupRoom(membership: "0::/\n", root: tree.path) == nil)
    }

    @Test("of version 1 a limit counts, and the largest number means none")
    func version1() throws {
        let tree = try tree([
            ("memory/x/memory.limit_in_bytes", "500\n"),
            ("memory/x/memory.usage_in_bytes", "800\n"),
            ("memory/x/memory.stat", "total_inactive_file 200\n"),
            ("memory/y/memory.limit_in_bytes", "9223372036854771712\n"),
            ("memory/y/memory.usage_in_bytes", "1\n"),
        ])
        #expect(MemoryBudget.cgroupRoom(membership: "3:memory:/x\n", root: tree.path) == 0)
        #expect(MemoryBudget.cgroupRoom(membership: "3:memory:/y\n", root: tree.path) == nil)
        #expect(MemoryBudget.cgroupRoom(membership: "5:cpu:/x\n::::\n", root: tree.path) == nil)
    }

    @Test("this process may take some memory")
    func here() throws { #expect(try #require(MemoryBudget.current().bytes) > 0) }
}
