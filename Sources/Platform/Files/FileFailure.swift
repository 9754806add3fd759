/// A call of the system on a file or stream failed.
package struct FileFailure: Error, Hashable {
    /// The system's error number (errno(3)).
    package let errno: Int32

    package init(errno: Int32) {
        self.errno = errno
    }
}
