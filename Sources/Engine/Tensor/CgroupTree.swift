internal import Files

/// The control groups that a process is in, of version 2 or 1 (cgroups(7)).
struct CgroupTree {
    /// Where the system mounts them.
    static let systemRoot = "/sys/fs/cgroup"
    /// What this process is in, as the kernel tells it.
    static var ownMembership: String { text(of: "/proc/self/cgroup") }

    /// The text of `/proc/self/cgroup`.
    let membership: String
    /// Where the cgroup file systems are mounted.
    let root: String

    /// The least of what the folders on the way to the root say.
    ///
    /// - Parameters:
    ///   - controller: of version 1; version 2 has all in one tree.
    ///   - read: what a folder says, and whether it is of version 2; nil where it bounds nothing.
    func tightest<Value: Comparable>(
        _ controller: String, _ read: (_ folder: String, _ isV2: Bool) -> Value?
    ) -> Value? {
        var tightest: Value?
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isV2 = fields[0] == "0" && fields[1].isEmpty
            guard isV2 || fields[1].split(separator: ",").contains(Substring(controller)) else {
                continue
            }
            let base = isV2 ? root : "\(root)/\(fields[1])"
            var path = String(fields[2])
            while true {
                if let value = read(path == "/" ? base : base + path, isV2) {
                    tightest = min(tightest ?? value, value)
                }
                guard let slash = path.lastIndex(of: "/"), path != "/" else { break }
                path = slash == path.startIndex ? "/" : String(path[..<slash])
            }
        }
        return tightest
    }

    /// Up to 64 KiB of a file; empty if it cannot be read.
    static func text(of path: String) -> String {
        String(decoding: (try? FileHead.read(path, bytesMax: 1 << 16)) ?? [], as: UTF8.self)
    }
}
