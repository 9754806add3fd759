import Synchronization
import Telemetry

/// Keeps the newest lines in memory.
final class MemoryLogSink: LogSink {
    private let kept = Mutex<[String]>([])
    private let countMax: Int

    /// Keeps at most `countMax` lines.
    init(countMax: Int = 10_000) {
        self.countMax = countMax
    }

    /// The lines, oldest first.
    var lines: [String] { kept.withLock { $0 } }

    /// Adds a line and drops the oldest one when there are too many.
    func write(_ line: String) {
        kept.withLock { lines in
            if lines.count >= countMax { lines.removeFirst() }
            lines.append(line)
        }
    }
}
