internal import Glibc

/// What the operating system calls this process.
package enum ProcessIdentity {
    /// The process id (getpid(2)).
    package static var number: Int32 { getpid() }
}
