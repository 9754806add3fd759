/// Every counter of Vigil. The order is that of the exposition.
package enum CounterMetric: Int, CaseIterable, Sendable {
    case eventsConsumed
    case findingsProduced
    case findingAnswers
    case findingEvidence
    case reportDrafts
    case reportSentencesDropped
    case reportGeneratorFaults
    case deadLetters
    case retries
    case eventsPlaced
    case clocksDoubted
    case studiesPostponed
    case studiesDeferred
    case deferralsEnded
    case studiesDecoded
    case decodeFailures
    case instancesLeftOut
    case identityMismatches
    case inputRootTroubles
    case decoderRestarts
    case stageProcessor
    case energyJoules
    case energySaved
    case embeddingLookups
    case cacheFailures
    case carbonGrams
    case transactions
    case rebalances
    case kafkaErrors
    case offsetsAstray
    case recordsIgnored
    case contextStatements
    case contextStudies
    case priorsAsked
    case controlRefused
    case alarmsRefused
    case auditCheckpoints
    case contextRevisions
    case suspectsTried
    case eventsOvertaken
    case cascadeStudies
    case budgetsSpent
    case spansExported
    case spansDropped
    case metricExports
    case gatewayDeliveries
    case gatewayRetries
    case gatewayDeadLetters
    case gatewayStudiesForgotten
    case gatewayAssociations
    case gatewayObjects
    case gatewayStudyEvents
    case gatewayMessages
    case gatewayMessageParts
    case seriesOverflow

    /// Name, meaning and labels.
    package var definition: MetricDefinition {
        switch self {
        case .eventsConsumed:
            .init(
                "vigil_events_consumed_total", .counter, "Study events taken from Kafka.",
                labels: ["topic", "partition"], seriesMax: 512)
        case .findingsProduced:
            .init(
                "vigil_findings_produced_total", .counter, "Findings handed to Kafka.",
                labels: ["priority"])
        case .findingAnswers:
            .init(
                "vigil_finding_answers_total", .counter,
                "Results of findings, by what was answered: flagged, not_flagged or abstained.",
                labels: ["answer"])
        case .findingEvidence:
            .init(
                "vigil_finding_evidence_total", .counter,
                "Flagged findings by what is told of evidence: told, or why none is.",
                labels: ["outcome"])
        case .reportDrafts:
            .init(
                "vigil_report_drafts_total", .counter,
                "Drafts, by what they are: draft or not_drafted; failed: the finding has none.",
                labels: ["outcome"])
        case .reportSentencesDropped:
            .init(
                "vigil_report_sentences_dropped_total", .counter,
                "Sentences of a site's own generator that the gate let into no draft, by why.",
                labels: ["reason"])
        case .reportGeneratorFaults:
            .init(
                "vigil_report_generator_faults_total", .counter,
                "Studies that the generator gave no sentences for, and its breakdowns, by why.",
                labels: ["reason"])
        case .deadLetters:
            .init(
                "vigil_dlq_records_total", .counter, "Records given up to the dead-letter topic.",
                labels: ["stage", "reason"], seriesMax: 256)
        case .retries:
            .init(
                "vigil_retries_total", .counter, "Attempts beyond the first.", labels: ["stage"])
        case .eventsPlaced:
            .init(
                "vigil_events_placed_total", .counter,
                "Events outside their study's partition: forwarded to it, or decided where found.",
                labels: ["outcome"])
        case .clocksDoubted:
            .init(
                "vigil_clocks_doubted_total", .counter,
                "Records whose producer's clock was further off than study.clock-skew-max-ms.",
                labels: ["direction"])
        case .studiesPostponed:
            .init(
                "vigil_studies_postponed_total", .counter,
                "Studies that went to a retry topic, by the step that failed.", labels: ["stage"])
        case .studiesDeferred:
            .init(
                "vigil_studies_deferred_total", .counter,
                "Routine studies that went to the deferral topic, by what they wait for.",
                labels: ["reason"])
        case .deferralsEnded:
            .init(
                "vigil_deferrals_ended_total", .counter,
                "Deferred studies whose finding is out, by why they waited no longer.",
                labels: ["reason"])
        case .studiesDecoded:
            .init(
                "vigil_instances_decoded_total", .counter, "Instances decoded.",
                labels: ["transfer_syntax"])
        case .decodeFailures:
            .init(
                "vigil_decode_failures_total", .counter, "Instances that could not be decoded.",
                labels: ["transfer_syntax", "reason"], seriesMax: 256)
        case .instancesLeftOut:
            .init(
                "vigil_instances_left_out_total", .counter,
                "Instances that are not shown to the model, by why.", labels: ["reason"])
        case .identityMismatches:
            .init(
                "vigil_identity_mismatch_total", .counter,
                "Studies with files of another study or of several patients; any is an alarm.",
                labels: ["kind"])
        case .inputRootTroubles:
            .init(
                "vigil_input_root_troubles_total", .counter,
                "Times that an input root did not answer or could not be opened.",
                labels: ["root", "reason"], seriesMax: 128)
        case .decoderRestarts:
            .init(
                "vigil_decoder_restarts_total", .counter,
                "Decoder processes started again after one died or was stopped.",
                labels: ["reason"])
        case .stageProcessor:
            .init(
                "vigil_stage_cpu_seconds_total", .counter,
                "Processor time of reading studies (decode) and of the model's passes (infer).",
                labels: ["stage"])
        case .energyJoules:
            .init(
                "vigil_energy_joules_total", .counter, "Energy used, by how it came about.",
                labels: ["source", "domain"])
        case .energySaved:
            .init(
                "vigil_energy_saved_joules_total", .counter,
                "What images of known embedding took when they were computed.",
                labels: ["source"])
        case .embeddingLookups:
            .init(
                "vigil_embedding_cache_lookups_total", .counter,
                "Images looked up in the cache of embeddings.", labels: ["outcome"])
        case .cacheFailures:
            .init(
                "vigil_cache_failures_total", .counter,
                "Times that something could not be kept in cache.directory.", labels: ["cache"])
        case .carbonGrams:
            .init(
                "vigil_carbon_grams_total", .counter,
                "Carbon of the energy and of making the machine, by how the energy came about.",
                labels: ["source"])
        case .transactions:
            .init(
                "vigil_transactions_total", .counter, "Kafka transactions that ended.",
                labels: ["outcome"])
        case .rebalances:
            .init(
                "vigil_kafka_rebalances_total", .counter,
                "Changes of the partitions that this worker owns.", labels: ["kind"])
        case .kafkaErrors:
            .init(
                "vigil_kafka_errors_total", .counter, "Errors that the Kafka client reported.",
                labels: ["severity"])
        case .offsetsAstray:
            .init(
                "vigil_kafka_offsets_astray_total", .counter,
                "Partitions whose offset was none of their records, or of a topic made anew.",
                labels: ["kind"])
        case .recordsIgnored:
            .init(
                "vigil_records_ignored_total", .counter,
                "What was read back from Kafka and passed over, since no worker wrote it so.",
                labels: ["place", "reason"])
        case .contextStatements:
            .init(
                "vigil_context_statements_total", .counter,
                "What the topic of context says of patients: used, taken_back, or why it is not.",
                labels: ["outcome"])
        case .contextStudies:
            .init(
                "vigil_context_studies_total", .counter,
                "Findings of studies whose events name a patient, by what was known of them.",
                labels: ["state"])
        case .priorsAsked:
            .init(
                "vigil_priors_asked_total", .counter,
                "Findings of studies whose events name a patient, by what was known of one before.",
                labels: ["state"])
        case .controlRefused:
            .init(
                "vigil_control_refused_total", .counter,
                "Records of the control topic that are not believed, and stop what they name.",
                labels: ["reason"])
        case .alarmsRefused:
            .init(
                "vigil_quality_alarms_refused_total", .counter,
                "Records of the topic of alarms that are not as they should be; they clear none.",
                labels: ["reason"])
        case .auditCheckpoints:
            .init(
                "vigil_audit_checkpoints_total", .counter,
                "Signed checkpoints of the audit log that were committed.")
        case .contextRevisions:
            .init(
                "vigil_context_revisions_total", .counter,
                "Findings revised for late results: raised, taken_back or answers; or why not.",
                labels: ["outcome"])
        case .suspectsTried:
            .init(
                "vigil_suspects_tried_total", .counter,
                "Records at which workers died that were tried alone or given up.",
                labels: ["way"])
        case .eventsOvertaken:
            .init(
                "vigil_kafka_events_overtaken_total", .counter,
                "Events that were deleted from their topic before they were read.",
                labels: ["topic"])
        case .cascadeStudies:
            .init(
                "vigil_cascade_studies_total", .counter,
                "Studies that a small model was shown first, by which model's finding is out.",
                labels: ["decision"])
        case .budgetsSpent:
            .init(
                "vigil_budgets_spent_total", .counter,
                "Days whose energy or carbon was spent before they ended.", labels: ["kind"])
        case .spansExported:
            .init(
                "vigil_spans_exported_total", .counter,
                "Spans that the OpenTelemetry collector took.")
        case .spansDropped:
            .init(
                "vigil_spans_dropped_total", .counter,
                "Spans that no collector has: the queue was full, or it refused them.",
                labels: ["reason"])
        case .metricExports:
            .init(
                "vigil_metric_exports_total", .counter,
                "Requests with all metrics to the OpenTelemetry collector, by what became of them.",
                labels: ["outcome"])
        case .gatewayDeliveries:
            .init(
                "vigil_gateway_deliveries_total", .counter,
                "Records that a counterpart took: delivered, or overtaken by a later one it has.",
                labels: ["role", "outcome"], seriesMax: 128)
        case .gatewayRetries:
            .init(
                "vigil_gateway_retries_total", .counter,
                "Attempts at a delivery that will be made again, by why.",
                labels: ["role", "reason"], seriesMax: 256)
        case .gatewayDeadLetters:
            .init(
                "vigil_gateway_dead_letters_total", .counter,
                "Records that a role gave up and wrote to the gateway's dead letters, by why.",
                labels: ["role", "reason"], seriesMax: 256)
        case .gatewayStudiesForgotten:
            .init(
                "vigil_gateway_studies_forgotten_total", .counter,
                "Studies that were forgotten to bound memory; any is a reason to raise the bound.",
                labels: ["directory"])
        case .gatewayAssociations:
            .init(
                "vigil_gateway_associations_total", .counter,
                "Associations and connections of others with a listening role, by how they ended.",
                labels: ["role", "outcome"], seriesMax: 128)
        case .gatewayObjects:
            .init(
                "vigil_gateway_objects_total", .counter,
                "Objects that others sent to a listening role: stored, or why not.",
                labels: ["role", "outcome"], seriesMax: 128)
        case .gatewayStudyEvents:
            .init(
                "vigil_gateway_study_events_total", .counter,
                "Study events that a listening role wrote and the broker has.", labels: ["role"])
        case .gatewayMessages:
            .init(
                "vigil_gateway_messages_total", .counter,
                "HL7 messages that others sent to a listening role: taken, ignored, or the fault.",
                labels: ["role", "outcome"], seriesMax: 128)
        case .gatewayMessageParts:
            .init(
                "vigil_gateway_message_parts_total", .counter,
                "Results and orders in HL7 messages, by what became of each.",
                labels: ["role", "outcome"], seriesMax: 256)
        case .seriesOverflow:
            .init(
                "vigil_metric_series_overflow_total", .counter,
                "Updates counted under other because a metric had too many label values.",
                labels: ["metric"])
        }
    }
}
