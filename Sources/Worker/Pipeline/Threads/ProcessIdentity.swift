internal import Glibc

/// What the operating system calls this process.
enum ProcessIdentity {
    /// The process id.
    static var number: Int32 { getpid() }
}
