/// What became of a request to an OpenTelemetry collector.
package enum CollectorAnswer: Sendable {
    /// Taken, but for so many of its items.
    case taken(rejected: Int)
    /// To be tried again later.
    case later
    /// Never to be tried again.
    case refused
}
