internal import Glibc

/// What the operating system calls this process.
package enum ProcessIdentity {
    /// The process id (getpid(2)).
    package static var number: Int32 { getpid() }

    /// The path of another program in the folder of this one, links resolved; nil: it is not there,
    /// or may not be run.
    package static func sister(_ name: String) -> String? {
        guard let running = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(running) }
        let path = String(cString: running)
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let sister = String(path[...slash]) + name
        return access(sister, X_OK) == 0 ? sister : nil
    }
}
