/// Every histogram of Vigil. The order is that of the exposition.
package enum HistogramMetric: Int, CaseIterable, Sendable {
    case endToEndLatency
    case queueWait
    case decodeDuration
    case inferenceDuration
    case batchSize
    case processDuration
    case transactionDuration
    case transactionRecords
    case studyEnergy
    case gatewayAttempt
    case gatewayStore

    /// Name, meaning, bounds and labels.
    package var definition: MetricDefinition {
        switch self {
        case .endToEndLatency:
            .init(
                "vigil_end_to_end_latency_seconds", .histogram(bounds: MetricBounds.latencySeconds),
                "From the study event's record time to its committed finding.",
                labels: ["priority"])
        case .queueWait:
            .init(
                "vigil_queue_wait_seconds", .histogram(bounds: MetricBounds.latencySeconds),
                "From a study's arrival in the worker to the start of its batch.",
                labels: ["priority"])
        case .decodeDuration:
            .init(
                "vigil_decode_duration_seconds", .histogram(bounds: MetricBounds.stepSeconds),
                "Decoding of one instance.", labels: ["transfer_syntax"])
        case .inferenceDuration:
            .init(
                "vigil_inference_duration_seconds", .histogram(bounds: MetricBounds.stepSeconds),
                "One batch through the model.")
        case .batchSize:
            .init(
                "vigil_batch_size", .histogram(bounds: MetricBounds.batchSize),
                "Images of one batch.", labels: ["reason"])
        case .processDuration:
            .init(
                "vigil_process_duration_seconds", .histogram(bounds: MetricBounds.stepSeconds),
                "From a study's arrival in the worker to its committed outcome, good or bad.",
                labels: ["topic", "error_type"])
        case .transactionDuration:
            .init(
                "vigil_transaction_duration_seconds", .histogram(bounds: MetricBounds.stepSeconds),
                "One committed Kafka transaction, from begin to commit.")
        case .transactionRecords:
            .init(
                "vigil_transaction_records", .histogram(bounds: MetricBounds.transactionRecords),
                "Study events whose outcomes one transaction held.")
        case .studyEnergy:
            .init(
                "vigil_study_energy_joules", .histogram(bounds: MetricBounds.joules),
                "Energy of one study, by how it came about.", labels: ["source"])
        case .gatewayAttempt:
            .init(
                "vigil_gateway_attempt_seconds", .histogram(bounds: MetricBounds.latencySeconds),
                "One attempt at a delivery, from the request to the answer.", labels: ["role"])
        case .gatewayStore:
            .init(
                "vigil_gateway_store_seconds", .histogram(bounds: MetricBounds.latencySeconds),
                "One object that came by C-STORE, from its command until it was on disk.",
                labels: ["role"])
        }
    }
}
