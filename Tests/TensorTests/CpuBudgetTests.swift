import FileKit
import Tensor
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("CPU budget") struct CpuBudgetTests {
    /// A made cgroup tree.
    private func tree(_ files: [(path: String, text: String)]) throws -> TestFolder {
        let folder = try TestFolder()
        for (path, text) in files { try folder.write(path, Array(text.utf8)) }
        return folder
    }

    @Test("the tightest version 2 quota on the path counts")
    func version2() throws {
        let tree = try tree([
            ("a/cpu.max", "150000 100000\n"), ("a/b/cpu.max", "max 100000\n"),
            ("cpu.max", "800000 100000\n"),
        ])
        let quota = CpuBudget.cgroupQuota(membership: "0::/a/b\n", root: tree.path)
        #expect(quota == 1.5)
    }

    @Test("a version 1 quota counts, and -1 means none")
    func version1() throws {
        let tree = try tree([
            ("cpu,cpuacct/x/cpu.cfs_quota_us", "50000\n"),
            ("cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"),
            ("cpu,cpuacct/cpu.cfs_quota_us", "-1\n"),
            ("cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
        ])
        let membership = "5:cpu,cpuacct:/x\n3:memory:/y\n"
        #expect(CpuBudget.cgroupQuota(membership: membership, root: tree.path) == 0.5)
        #expect(CpuBudget.cgroupQuota(membership: "3:memory:/x\n", root: tree.path) == nil)
        #expect(CpuBudget.cgroupQuota(membership: "garbage\n::::\n", root: tree.path) == nil)
    }

    @Test("this process may use at least one processor")
    func here() { #expect(CpuBudget.current().threads >= 1) }
}
