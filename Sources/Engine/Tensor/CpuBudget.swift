internal import CKernels

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How many processors this process may use: the smaller of its affinity mask and its cgroup's
/// quota.
package struct CpuBudget: Sendable, Hashable {
    /// Processors in the affinity mask, at least 1.
    package let affinity: Int
    /// Processors that the tightest cgroup quota on the path to the root grants; nil without a
    /// quota.
    package let quota: Double?

    /// Threads that pay: the affinity, or the quota rounded up where that is less.
    package var threads: Int {
        guard let quota else { return affinity }
        return max(1, min(affinity, Int(min(quota, 4096).rounded(.up))))
    }

    /// Reads the budget of this process.
    package static func current() -> CpuBudget {
        CpuBudget(
            affinity: affinityCount(),
            quota: cgroupQuota(membership: CgroupTree.ownMembership, root: CgroupTree.systemRoot))
    }

    private static func affinityCount() -> Int {
        let count = vigil_affinity_count()
        if count > 0 { return count }
        return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// The tightest quota along the cgroup path, version 2 (`cpu.max`) or 1 (`cpu.cfs_quota_us`).
    ///
    /// - Parameters:
    ///   - membership: the text of `/proc/self/cgroup`.
    ///   - root: where the cgroup file systems are mounted.
    package static func cgroupQuota(membership: String, root: String) -> Double? {
        CgroupTree(membership: membership, root: root).tightest("cpu") { folder, isV2 in
            isV2 ? quotaV2(folder) : quotaV1(folder)
        }
    }

    private static func quotaV2(_ folder: String) -> Double? {
        let parts = CgroupTree.text(of: "\(folder)/cpu.max").split { $0 == " " || $0 == "\n" }
        guard parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]) else {
            return nil
        }
        return quota > 0 && period > 0 ? quota / period : nil
    }

    private static func quotaV1(_ folder: String) -> Double? {
        let quota = CgroupTree.text(of: "\(folder)/cpu.cfs_quota_us").prefix { $0 != "\n" }
        let period = CgroupTree.text(of: "\(folder)/cpu.cfs_period_us").prefix { $0 != "\n" }
        guard let quota = Double(quota), let period = Double(period) else { return nil }
        return quota > 0 && period > 0 ? quota / period : nil
    }
}
