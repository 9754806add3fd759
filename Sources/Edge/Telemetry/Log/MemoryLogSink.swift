internal import Synchronization

/// Keeps the newest lines in memory, for tests and for `doctor`.
package final class MemoryLogSink: LogSink {
    private let kept = Mutex<[String]>([])
    private let countMax: Int

    /// Keeps at most `countMax` lines.
    package init(countMax: Int = 10_000) {
        self.countMax = countMax
    }

    /// The lines, oldest first.
    package var lines: [String] { kept.withLock { $0 } }

    /// Adds a line and drops the oldest one when there are too many.
    package func write(_ line: String) {
        kept.withLock { lines in
            if lines.count >= countMax { lines.removeFirst() }
            lines.append(line)
        }
    }
}
