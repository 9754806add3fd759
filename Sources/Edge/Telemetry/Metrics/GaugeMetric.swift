/// Every gauge of Vigil. The order is that of the exposition.
package enum GaugeMetric: Int, CaseIterable, Sendable {
    case buildInfo
    case modelInfo
    case decoderSandbox
    case knownAnswer
    case modelFilesChanged
    case calibrationExpiry
    case contextCurrent
    case contextPatients
    case contextValues
    case priorsCurrent
    case priorPatients
    case priorStudies
    case controlKnown
    case controlStopped
    case alarmsKnown
    case alarmsStanding
    case auditLeaves
    case ready
    case inputRootAway
    case inputOriginAway
    case queueDepth
    case queueBytes
    case eta
    case consumerLag
    case assignedPartitions
    case topicMissing
    case partitionsUnequal
    case energyPerInference
    case carbonPerStudy
    case gridIntensity
    case gridIntensityStale
    case budgetShare
    case cascadeJoulesSaved
    case deferralsWaiting
    case deferralGramsSaved
    case gatewayEndpointUp
    case gatewayWaiting
    case gatewayOldestAge
    case gatewayStudiesKnown
    case gatewayStudiesWaiting

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
        case .decoderSandbox:
            .init(
                "vigil_decoder_sandbox", .gauge,
                "1 when the decoders have this protection on, else 0.", labels: ["protection"],
                seriesMax: 16)
        case .knownAnswer:
            .init(
                "vigil_model_known_answer", .gauge,
                "1 when the model gave its recorded answer at the start, 0 when it has none.")
        case .modelFilesChanged:
            .init(
                "vigil_model_files_changed", .gauge,
                "1 while files of a model are no longer those that it was loaded from, else 0.",
                labels: ["place"], seriesMax: 64)
        case .calibrationExpiry:
            .init(
                "vigil_calibration_expiry_timestamp_seconds", .gauge,
                "When the first calibration expires, in seconds since 1970; absent without one.")
        case .contextCurrent:
            .init(
                "vigil_context_current", .gauge,
                "1 when the topic of context was read to its end, 0 when it cannot be.",
                isAbsentUntilKnown: true)
        case .contextPatients:
            .init(
                "vigil_context_patients", .gauge,
                "Patients of whom something is kept of the topic of context.",
                isAbsentUntilKnown: true)
        case .contextValues:
            .init(
                "vigil_context_values", .gauge,
                "Values that are kept of the topic of context, of all patients.",
                isAbsentUntilKnown: true)
        case .priorsCurrent:
            .init(
                "vigil_priors_current", .gauge,
                "1 when the topic of findings was read to its end for earlier studies, else 0.",
                isAbsentUntilKnown: true)
        case .priorPatients:
            .init(
                "vigil_prior_patients", .gauge,
                "Patients of whom earlier studies are kept.", isAbsentUntilKnown: true)
        case .priorStudies:
            .init(
                "vigil_prior_studies", .gauge,
                "Earlier studies that are kept, of all patients.", isAbsentUntilKnown: true)
        case .controlKnown:
            .init(
                "vigil_control_known", .gauge,
                "1 when it is known what operators have stopped; while 0 nothing is assessed.",
                isAbsentUntilKnown: true)
        case .controlStopped:
            .init(
                "vigil_control_stopped", .gauge,
                "How much is stopped: all studies, models, findings, sites, scanners.",
                labels: ["kind"],
                isAbsentUntilKnown: true)
        case .alarmsKnown:
            .init(
                "vigil_quality_alarms_known", .gauge,
                "1 when it is known which alarms stand; while 0 no calibration answers.",
                isAbsentUntilKnown: true)
        case .alarmsStanding:
            .init(
                "vigil_quality_alarms_standing", .gauge,
                "Alarms that no person has cleared: in_use against calibrations of the worker.",
                labels: ["against"], isAbsentUntilKnown: true)
        case .auditLeaves:
            .init(
                "vigil_audit_leaves", .gauge,
                "Leaves of the audit log of this worker's slot that are committed.",
                isAbsentUntilKnown: true)
        case .ready:
            .init("vigil_ready", .gauge, "1 when the worker takes studies, else 0.")
        case .inputRootAway:
            .init(
                "vigil_input_root_away", .gauge,
                "1 while an input root does not answer or cannot be opened, else 0.",
                labels: ["root"], seriesMax: 64)
        case .inputOriginAway:
            .init(
                "vigil_input_origin_away", .gauge,
                "1 while an origin of instances is left alone since it gives no answers, else 0.",
                labels: ["origin"], seriesMax: 64)
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
                "Records up to the last stable offset that are not answered yet.",
                labels: ["topic", "partition"], seriesMax: 512)
        case .assignedPartitions:
            .init("vigil_kafka_assigned_partitions", .gauge, "Partitions that this worker owns.")
        case .topicMissing:
            .init(
                "vigil_kafka_topic_missing", .gauge,
                "1 when a topic that the worker reads or writes is gone, 0 when it is back.",
                labels: ["topic"])
        case .partitionsUnequal:
            .init(
                "vigil_kafka_partitions_unequal", .gauge,
                "1 while a topic of events has other partitions than topics.input, else 0.",
                labels: ["topic"])
        case .energyPerInference:
            .init(
                "vigil_energy_joules_per_inference", .gauge,
                "Joules a study in the newest window, by how they came about.", labels: ["source"])
        case .carbonPerStudy:
            .init(
                "vigil_sci_grams_per_study", .gauge,
                "Carbon a study in the newest window, idle time included (ISO/IEC 21031).",
                isAbsentUntilKnown: true)
        case .gridIntensity:
            .init(
                "vigil_grid_intensity_grams_per_kwh", .gauge,
                "The grid's carbon intensity, by zone and by where it came from.",
                labels: ["zone", "source"])
        case .gridIntensityStale:
            .init(
                "vigil_grid_intensity_stale", .gauge,
                "1 when the intensity is older than carbon.stale-s, else 0.",
                isAbsentUntilKnown: true)
        case .budgetShare:
            .init(
                "vigil_budget_used_ratio", .gauge,
                "The part of the day's energy or carbon that is used; 0 without a bound.")
        case .cascadeJoulesSaved:
            .init(
                "vigil_cascade_saved_joules", .gauge,
                "Joules that the cascade saved since the start, by both models' calibration.")
        case .deferralsWaiting:
            .init(
                "vigil_deferrals_waiting", .gauge,
                "Deferred studies that this worker holds until a cleaner hour.")
        case .deferralGramsSaved:
            .init(
                "vigil_deferral_saved_grams", .gauge,
                "Carbon that waiting saved since the start, against not waiting; may be negative.")
        case .gatewayEndpointUp:
            .init(
                "vigil_gateway_endpoint_up", .gauge,
                "1 when the role's counterpart answered the last attempt, 0 when it did not.",
                labels: ["role"])
        case .gatewayWaiting:
            .init(
                "vigil_gateway_waiting_records", .gauge,
                "Records that the role has taken and not delivered yet.", labels: ["role"])
        case .gatewayOldestAge:
            .init(
                "vigil_gateway_oldest_age_seconds", .gauge,
                "Age of the oldest record that the role has taken and not delivered; 0: none.",
                labels: ["role"])
        case .gatewayStudiesKnown:
            .init(
                "vigil_gateway_studies_known", .gauge,
                "Studies of which the gateway knows where their files are.",
                labels: ["directory"])
        case .gatewayStudiesWaiting:
            .init(
                "vigil_gateway_studies_waiting", .gauge,
                "Studies of which objects came that no study event tells of yet.",
                labels: ["role"])
        }
    }
}
