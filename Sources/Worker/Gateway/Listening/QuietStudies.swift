internal import VigilCore

/// Which studies have been told of and which wait until nothing more of them comes. Pure.
struct QuietStudies {
    private let quiet: Duration
    private var due: [String: MonotonicTime] = [:]

    /// - Parameter quiet: for how long nothing may have come of a study.
    init(quiet: Duration) {
        self.quiet = quiet
    }

    /// How many wait.
    var count: Int { due.count }

    /// Something of a study came.
    mutating func note(_ study: String, at now: MonotonicTime) {
        due[study] = now + quiet
    }

    /// A study could not be told of; it is tried again after a while, or later if more comes.
    mutating func postpone(_ study: String, until time: MonotonicTime) {
        due[study] = max(due[study] ?? time, time)
    }

    /// Takes those that are quiet, the longest first.
    mutating func take(at now: MonotonicTime, max count: Int) -> [String] {
        let over = due.filter { $0.value <= now }
        let ready = over.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(count).map(\.key)
        for study in ready { due[study] = nil }
        return ready
    }
}
