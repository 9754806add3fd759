/// Every gauge of Vigil. The order is that of the exposition.
package enum GaugeMetric: Int, CaseIterable, Sendable {
    case buildInfo
    case modelInfo
    case ready
    case queueDepth
    case queueBytes
    case eta
    case consumerLag
    case assignedPartitions
    case energyPerInference

    /// Name, meaning and labels.
    package var definition: MetricDefinition {
        switch self {
        case .buildInfo:
            .init(
                "vigil_build_info", .gauge, "Always 1; the labels say what runs.",
                labels: ["version", "librdkafka", "cpu_isa"], seriesMax: 4)
        case .modelInfo:
            .init(
                "vigil_model_info", .gauge, "Always 1; the labels say which model is loaded.",
                labels: ["name", "digest", "dtype", "validated"], seriesMax: 8)
        case .ready:
            .init("vigil_ready", .gauge, "1 when the worker takes studies, else 0.")
        case .queueDepth:
            .init(
                "vigil_queue_depth", .gauge, "Studies in flight, by the priority ordered.",
                labels: ["priority"])
        case .queueBytes:
            .init("vigil_queue_bytes", .gauge, "Bytes of record values in flight.")
        case .eta:
            .init(
                "vigil_eta_seconds", .gauge,
                "Predicted time to notification of a study that comes now, by its priority.",
                labels: ["priority"])
        case .consumerLag:
            .init(
                "vigil_kafka_consumer_lag_records", .gauge,
                "Records between the committed position and the last stable offset.",
                labels: ["topic", "partition"], seriesMax: 512)
        case .assignedPartitions:
            .init("vigil_kafka_assigned_partitions", .gauge, "Partitions that this worker owns.")
        case .energyPerInference:
            .init(
                "vigil_energy_joules_per_inference", .gauge,
                "Joules a study in the newest batch, by how they came about.", labels: ["source"])
        }
    }
}
