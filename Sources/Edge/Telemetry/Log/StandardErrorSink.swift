internal import Files

/// Writes each line to a file descriptor in one call, so that lines of several processes stay
/// whole. The descriptor is lent: it is not closed.
package struct StandardErrorSink: LogSink {
    private let descriptor: Int32

    /// Takes standard error, or another open descriptor.
    package init(descriptor: Int32 = 2) {
        self.descriptor = descriptor
    }

    /// Writes the line and its end. A descriptor that fails loses the line: logging stops no work.
    package func write(_ line: String) {
        var text = line
        text.append("\n")
        text.withUTF8 { bytes in
            _ = try? WholeTransfer.write(UnsafeRawBufferPointer(bytes), to: descriptor)
        }
    }
}
