/// What a metric is called, what it means and how many series it may have.
package struct MetricDefinition: Sendable {
    /// What the samples mean.
    package enum Kind: Sendable, Hashable {
        /// Only rises.
        case counter
        /// Rises and falls.
        case gauge
        /// Counts observations up to each bound; bounds rise strictly and leave `+Inf` out.
        case histogram(bounds: [Double])
    }

    /// The full name, with unit last and `_total` on counters.
    package let name: StaticString
    package let kind: Kind
    /// One sentence for a reader of the dashboard.
    package let help: StaticString
    /// The names of the labels, in the order in which values are given.
    package let labels: [StaticString]
    /// How many combinations of label values are kept; all others are counted as `other`.
    package let seriesMax: Int
    /// Whether it is shown only once its value is known: a zero would be taken for one.
    package let isAbsentUntilKnown: Bool

    /// The bound of most metrics with labels.
    package static let seriesUsual = 64

    init(
        _ name: StaticString, _ kind: Kind, _ help: StaticString, labels: [StaticString] = [],
        seriesMax: Int = seriesUsual, isAbsentUntilKnown: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.seriesMax = labels.isEmpty ? 1 : seriesMax
        self.isAbsentUntilKnown = isAbsentUntilKnown
    }
}
