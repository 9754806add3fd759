package import VigilCore

/// A source that shows the whole machine's energy as sums that never fall. Thread-safe.
package protocol EnergyCounters: Sendable {
    /// How the sums came about.
    var method: EnergyMethod { get }
    /// What was added up; no zone holds another.
    var zones: [String] { get }
    /// Whether memory is told apart.
    var showsMemory: Bool { get }
    /// What is read, in a few words, to begin a sentence.
    var summary: SafeText { get }
    /// How often the source itself is brought up to date, in seconds.
    var updatePeriod: Double { get }
    /// How often ``refresh()`` should be called; nil when there is no need.
    var refreshPeriod: Duration? { get }
    /// Reads the source and adds up.
    func totals() -> CounterTotals
    /// Asks a slow source anew. May block.
    func refresh()
}

/// Sums of the machine's counters since their source was opened.
package struct CounterTotals: Sendable, Hashable {
    /// Microjoules of all zones.
    package var all: UInt64 = 0
    /// Microjoules of the memory's zones among them.
    package var memory: UInt64 = 0
    /// Microjoules that may be missing, since a counter may have wrapped more than once unseen.
    package var unseen: UInt64 = 0
    /// Microjoules that may be too many or too few, since power was looked at only now and then.
    package var unsure: UInt64 = 0
    /// How often a reading failed or was beyond belief. An interval in which this changes has no
    /// measured value.
    package var faults: UInt64 = 0

    package init() {}
}

/// The bounds of what a source may say.
package enum EnergyBounds {
    /// More than any zone, and any machine with one plug, takes, in watts.
    package static let maximumWatts = 1500.0
    /// The time by which a counter may lag behind, in seconds: what it gains within it may turn up
    /// at once.
    static let counterLag = 0.01
    /// The longest that a power reading is taken to hold, in seconds.
    static let powerHolds = 10.0

    /// Whether a counter can have gained so much in a time.
    static func isPlausible(microjoules gained: UInt64, seconds: Double, watts: Double) -> Bool {
        Double(gained) <= watts * (max(0, seconds) + counterLag) * 1e6
    }
}
