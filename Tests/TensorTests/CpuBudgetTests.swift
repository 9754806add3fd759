import Tensor
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("CPU budget") struct CpuBudgetTests {
    /// A made cgroup tree.
    final class Tree {
        let root: String
        private var made: [String] = []

        init(_ files: [(path: String, text: String)]) {
            var template = Array("/tmp/vigil-cgroup-XXXXXX".utf8CString)
            root = mkdtemp(&template).map { String(cString: $0) } ?? ""
            for (path, text) in files {
                var folder = root
                for part in path.split(separator: "/").dropLast() {
                    folder += "/" + part
                    if mkdir(folder, 0o700) == 0 { made.append(folder) }
                }
                guard let file = fopen("\(root)/\(path)", "w") else { continue }
                made.append("\(root)/\(path)")
                fputs(text, file)
                fclose(file)
            }
        }

        deinit {
            for path in made.reversed() { remove(path) }
            remove(root)
        }
    }

    @Test("the tightest version 2 quota on the path counts")
    func version2() {
        let tree = Tree([
            ("a/cpu.max", "150000 100000\n"), ("a/b/cpu.max", "max 100000\n"),
            ("cpu.max", "800000 100000\n"),
        ])
        let quota = CpuBudget.cgroupQuota(membership: "0::/a/b\n", root: tree.root)
        #expect(quota == 1.5)
    }

    @Test("a version 1 quota counts, and -1 means none")
    func version1() {
        let tree = Tree([
            ("cpu,cpuacct/x/cpu.cfs_quota_us", "50000\n"),
            ("cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"),
            ("cpu,cpuacct/cpu.cfs_quota_us", "-1\n"),
            ("cpu,cpuacct/cpu.cfs_period_us", "100000\n"),
        ])
        let membership = "5:cpu,cpuacct:/x\n3:memory:/y\n"
        #expect(CpuBudget.cgroupQuota(membership: membership, root: tree.root) == 0.5)
        #expect(CpuBudget.cgroupQuota(membership: "3:memory:/x\n", root: tree.root) == nil)
        #expect(CpuBudget.cgroupQuota(membership: "garbage\n::::\n", root: tree.root) == nil)
    }

    @Test("this process may use at least one processor")
    func here() { #expect(CpuBudget.current().threads >= 1) }
}
