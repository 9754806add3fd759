import HTTPClient
import Telemetry
import VigilCore

/// What one worker said of itself at one time, or why it said nothing.
struct WorkerReading {
    /// How a worker stands.
    enum Standing: String {
        case ready
        /// It starts, stops, or waits for brokers.
        case notReady = "not ready"
        /// Operators have stopped it, or it does not know whether they have.
        case stopped
        case away
    }

    let address: String
    let time: MonotonicTime
    /// Nil: it did not answer.
    let samples: MetricSamples?
    /// Why it did not answer.
    let trouble: HTTPClientError?

    /// Asks a worker. Blocks for as long as the client may.
    init(_ address: String, _ client: HTTPClient, at time: MonotonicTime) {
        self.address = address
        self.time = time
        do throws(HTTPClientError) {
            let bytes = try client.get(address + "/metrics")
            samples = MetricSamples(String(decoding: bytes, as: UTF8.self))
            trouble = nil
        } catch {
            samples = nil
            trouble = error
        }
    }

    var standing: Standing {
        guard let samples else { return .away }
        let isStopped = (samples.value(.controlStopped, "kind", "all") ?? 0) > 0
        if isStopped || samples.value(.controlKnown) == 0 { return .stopped }
        return samples.value(.ready) == 1 ? .ready : .notReady
    }

    /// Studies of a priority that are in flight.
    func depth(_ priority: Priority) -> Double? {
        samples?.value(.queueDepth, "priority", priority.rawValue)
    }

    /// How fast a counter rose since an earlier reading, a second; nil where either is missing or
    /// the worker was started anew meanwhile.
    func rate(
        since earlier: WorkerReading?, _ value: (MetricSamples) -> Double?
    ) -> Double? {
        guard let samples, let before = earlier?.samples, let earlier else { return nil }
        let seconds = (time - earlier.time).seconds
        let rise = (value(samples) ?? 0) - (value(before) ?? 0)
        return seconds > 0 && rise >= 0 ? rise / seconds : nil
    }
}
