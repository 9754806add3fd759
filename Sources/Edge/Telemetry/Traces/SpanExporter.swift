internal import Synchronization
package import VigilCore

/// Hands spans to an OpenTelemetry collector (OTLP/HTTP, JSON encoding), from a bounded queue: who
/// has a span to tell never waits, and what does not fit is dropped and counted.
package final class SpanExporter: Sendable {
    private struct State {
        var spans: [TraceSpan] = []
        var dropped = 0
        var isFailing = false
    }

    /// Spans of one request.
    private static let requestMax = 512

    private let resource: CollectorResource
    private let spansMax: Int
    private let telemetry: Telemetry
    private let post: @Sendable ([UInt8]) -> CollectorAnswer
    private let state = Mutex(State())

    /// - Parameters:
    ///   - instance: the worker's slot.
    ///   - spansMax: how many wait at most.
    ///   - post: sends a body to the collector's `/v1/traces`; may block.
    package init(
        instance: SafeText, spansMax: Int, telemetry: Telemetry,
        post: @escaping @Sendable ([UInt8]) -> CollectorAnswer
    ) {
        resource = CollectorResource(instance: instance)
        self.spansMax = spansMax
        self.telemetry = telemetry
        self.post = post
    }

    /// Queues spans. Never waits for the collector.
    package func add(_ spans: [TraceSpan]) {
        state.withLock { state in
            let room = max(0, spansMax - state.spans.count)
            state.spans += spans.prefix(room)
            state.dropped += max(0, spans.count - room)
        }
    }

    /// Sends what is queued, until there is nothing left or the collector takes no more. Blocks.
    package func flush(requestsMax: Int = .max) {
        for _ in 0..<requestsMax {
            guard let spans = nextRequest(),
                settle(spans, post(resource.request(.spans, spans.map(\.json))))
            else { return }
        }
    }

    private func nextRequest() -> [TraceSpan]? {
        let (spans, dropped) = state.withLock { state in
            let spans = Array(state.spans.prefix(Self.requestMax))
            state.spans.removeFirst(spans.count)
            defer { state.dropped = 0 }
            return (spans, state.dropped)
        }
        if dropped > 0 { telemetry.emit(SpansDropped(count: dropped, reason: "queue_full")) }
        return spans.isEmpty ? nil : spans
    }

    /// Says what became of a request's spans; false when the next one should wait.
    private func settle(_ spans: [TraceSpan], _ answer: CollectorAnswer) -> Bool {
        let (isNew, lost) = state.withLock { state -> (Bool, Int) in
            var lost = 0
            if case .later = answer {
                // They go on before all others, as far as there is room.
                let kept = spans.prefix(max(0, spansMax - state.spans.count))
                state.spans = kept + state.spans
                lost = spans.count - kept.count
            }
            let was = state.isFailing
            if case .taken = answer { state.isFailing = false } else { state.isFailing = true }
            return (state.isFailing && !was, lost)
        }
        if lost > 0 { telemetry.emit(SpansDropped(count: lost, reason: "queue_full")) }
        switch answer {
        case .taken(let rejected):
            telemetry.emit(SpansExported(count: max(0, spans.count - rejected)))
            if rejected > 0 { telemetry.emit(SpansDropped(count: rejected, reason: "rejected")) }
            return true
        case .later:
            if isNew { telemetry.emit(CollectorUnreachable(signal: "spans")) }
            return false
        case .refused:
            if isNew { telemetry.emit(CollectorUnreachable(signal: "spans")) }
            telemetry.emit(SpansDropped(count: spans.count, reason: "refused"))
            return true
        }
    }
}
