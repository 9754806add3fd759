internal import Synchronization
package import VigilCore

/// Where an intensity came from.
package enum IntensitySource: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// A figure of the settings.
    case fixed = "static"
    /// A file in one of the feeds' shapes.
    case file
    /// A feed over HTTP.
    case feed
}

/// The intensity that counts now, with its age.
package struct IntensityReading: Sendable, Hashable {
    /// Grams a kilowatt hour.
    package let grams: Double
    package let source: IntensitySource
    /// Since when it holds; nil for a fixed figure, which has no age.
    package let age: Duration?
    /// Older than the settings allow: it counts still, and is told as stale.
    package let isStale: Bool
}

/// Keeps the last series that a source gave, and says how old it is. Thread-safe.
///
/// When a source does not answer, what it said last counts on and turns stale; before it ever
/// answered, the fixed figure counts, and says that it is that. Nothing is made up.
package final class IntensityCache: Sendable {
    private let fixed: Double?
    private let source: IntensitySource
    private let staleAfter: Duration
    private let load: (@Sendable () -> [UInt8]?)?
    private let series = Mutex<IntensitySeries?>(nil)

    /// - Parameters:
    ///   - fixed: grams a kilowatt hour; nil when not known.
    ///   - load: gets the source's JSON, and may block; nil when there is no source.
    package init(
        fixed: Double?, source: IntensitySource = .fixed, staleAfter: Duration = .seconds(7200),
        load: (@Sendable () -> [UInt8]?)? = nil
    ) {
        self.fixed = fixed
        self.source = source
        self.staleAfter = staleAfter
        self.load = load
    }

    /// Whether there is a source to ask anew.
    package var needsRefresh: Bool { load != nil }

    /// Asks the source. What cannot be read or believed changes nothing.
    ///
    /// - Returns: false when that was so.
    @discardableResult
    package func refresh() -> Bool {
        guard let load else { return true }
        guard let bytes = load(), let json = try? JSONParser.parse(bytes),
            let new = IntensitySeries(json: json)
        else { return false }
        series.withLock { $0 = new }
        return true
    }

    /// What is known of the time to come; nil when there is no source or it never answered.
    package var forecast: IntensitySeries? { series.withLock { $0 } }

    /// The intensity now; nil when it is not known.
    package func reading(at now: Timestamp) -> IntensityReading? {
        guard let series = forecast else {
            return fixed.map {
                IntensityReading(grams: $0, source: .fixed, age: nil, isStale: false)
            }
        }
        let point = series.point(at: now)
        let age = Duration.microseconds(max(0, now.microseconds - point.time.microseconds))
        return IntensityReading(
            grams: point.grams, source: source, age: age, isStale: age > staleAfter)
    }
}
