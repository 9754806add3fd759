/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
package struct MonotonicTime: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// A time so far away that it cannot be told is the last or first one that can: an event may
    /// well say that it expires in the year 9999.
    package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (seconds, attoseconds) = duration.components
        let (whole, isTooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = time.nanoseconds.addingReportingOverflow(whole)
        let (all, isPast) = sum.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !isTooFar, !isBeyond, !isPast else {
            return MonotonicTime(nanoseconds: duration > .zero ? .max : .min)
        }
        return MonotonicTime(nanoseconds: all)
    }

    package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }
}
