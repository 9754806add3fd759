/// Chooses how the engine runs: with the fewest joules a study among what is fast enough. Pure.
package enum PowerPolicy {
    /// A way to run that was measured.
    package struct Choice: Sendable, Hashable {
        /// Studies a second.
        package let rate: Double
        /// Joules a study.
        package let joules: Double
        /// Seconds that one batch takes.
        package let batchSeconds: Double

        package init(rate: Double, joules: Double, batchSeconds: Double) {
            self.rate = rate
            self.joules = joules
            self.batchSeconds = batchSeconds
        }
    }

    /// The choices that no other beats in both speed and joules, by their places, the fastest
    /// first.
    package static func frontier(_ choices: [Choice]) -> [Int] {
        let order = choices.indices.sorted {
            let (left, right) = (choices[$0], choices[$1])
            return (-left.rate, left.joules, $0) < (-right.rate, right.joules, $1)
        }
        var least = Double.infinity
        return order.filter { index in
            guard choices[index].joules < least else { return false }
            least = choices[index].joules
            return true
        }
    }

    /// The place of the choice with the fewest joules whose batch ends within the deadline and that
    /// keeps up with the arrivals, with headroom; nil when none does: then the fastest counts.
    ///
    /// - Parameters:
    ///   - deadline: seconds a batch may take.
    ///   - arrivals: studies a second that come in.
    ///   - headroom: how much faster than the arrivals it must be.
    package static func choose(
        _ choices: [Choice], deadline: Double, arrivals: Double = 0, headroom: Double = 1.25
    ) -> Int? {
        choices.indices.filter {
            choices[$0].batchSeconds <= deadline && choices[$0].rate >= arrivals * headroom
        }.min { (choices[$0].joules, $0) < (choices[$1].joules, $1) }
    }
}
