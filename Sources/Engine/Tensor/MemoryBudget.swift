/// How much memory this process may still take: the less of what the machine has to give and what
/// its cgroups leave.
package struct MemoryBudget: Sendable, Hashable {
    /// Bytes that the machine can give without swapping (`MemAvailable`); nil where the kernel does
    /// not say.
    package let machine: Int?
    /// Bytes that the tightest cgroup on the path to the root leaves; nil without a limit.
    package let cgroup: Int?

    /// The less of the two; nil when neither is known.
    package var bytes: Int? { [machine, cgroup].compactMap { $0 }.min() }

    /// Reads the budget of this process as it is now.
    package static func current() -> MemoryBudget {
        MemoryBudget(
            machine: field("MemAvailable:", in: CgroupTree.text(of: "/proc/meminfo"))
                .map { $0 << 10 },
            cgroup: cgroupRoom(membership: CgroupTree.ownMembership, root: CgroupTree.systemRoot))
    }

    /// What the tightest limit along the cgroup path leaves, of version 2 or 1. The kernel takes
    /// back pages of files that nobody has used lately before it ends a process, so they count as
    /// left.
    ///
    /// - Parameters:
    ///   - membership: the text of `/proc/self/cgroup`.
    ///   - root: where the cgroup file systems are mounted.
    package static func cgroupRoom(membership: String, root: String) -> Int? {
        CgroupTree(membership: membership, root: root).tightest("memory") { folder, isV2 in
            func number(_ name: String) -> Int? {
                Int(CgroupTree.text(of: "\(folder)/memory.\(name)").prefix { $0 != "\n" })
            }
            let limit = number(isV2 ? "max" : "limit_in_bytes")
            let used = number(isV2 ? "current" : "usage_in_bytes")
            guard let limit, let used, limit < unlimited else { return nil }
            let stat = CgroupTree.text(of: "\(folder)/memory.stat")
            let idle = field(isV2 ? "inactive_file" : "total_inactive_file", in: stat) ?? 0
            return max(0, limit - max(0, used - idle))
        }
    }

    /// Version 1 tells of no limit by the largest number of whole pages.
    private static let unlimited = Int.max >> 1

    /// The number after a name at the start of a line.
    private static func field(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[0] == name { return Int(words[1]) }
        }
        return nil
    }
}
