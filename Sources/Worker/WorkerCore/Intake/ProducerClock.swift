package import VigilCore

/// How long a record counts as having been in its topic, by its timestamp. Pure.
///
/// What the broker wrote is believed. What a producer wrote is believed within bounds: its clock
/// may be hours off, and an event that claims to be old would go before all others of its rank.
package struct ProducerClock: Sendable, Equatable {
    /// How far off a time may be.
    package let skewMax: Duration

    /// What is made of a time.
    package struct Age: Sendable, Equatable {
        /// How long the record counts as having been in its topic; not negative.
        package let believed: Duration
        /// Which way the time was further off than it may be; nil when it was not.
        package let doubt: SafeText?

        /// Both.
        package init(believed: Duration, doubt: SafeText?) {
            self.believed = believed
            self.doubt = doubt
        }
    }

    /// A bound on the skew.
    package init(skewMax: Duration) {
        self.skewMax = skewMax
    }

    /// The age of a record.
    ///
    /// - Parameters:
    ///   - time: its timestamp; nil when it has none.
    ///   - isTrusted: whether the broker or a worker wrote that.
    ///   - wall: the worker's clock.
    package func age(of time: Timestamp?, isTrusted: Bool, at wall: Timestamp) -> Age {
        guard let time else { return Age(believed: .zero, doubt: nil) }
        let (difference, isTooFar) = wall.microseconds.subtractingReportingOverflow(
            time.microseconds)
        let age =
            isTooFar
            ? (wall > time ? skewMax + .seconds(1) : .zero - skewMax - .seconds(1))
            : Duration.microseconds(difference)
        if isTrusted, !isTooFar { return Age(believed: max(.zero, age), doubt: nil) }
        if age > skewMax { return Age(believed: skewMax, doubt: "older") }
        return Age(believed: max(.zero, age), doubt: age < .zero - skewMax ? "newer" : nil)
    }
}
