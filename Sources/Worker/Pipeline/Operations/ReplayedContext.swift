internal import Context
internal import KafkaTransport
internal import Settings
internal import VigilCore
internal import Wire

/// What was known of a patient when a published finding was decided: as its record tells it, or as
/// the records have it whose places it names.
struct ReplayedContext {
    /// Nil where the settings ask nothing of patients.
    private let past: PastRecords?
    private let decoder = ContextRecordDecoder()

    init(_ settings: Settings, _ kafka: KafkaConfiguration) {
        past = settings.contextTopic.map { PastRecords(configuration: kafka, topics: [$0]) }
    }

    /// - Throws: `context_gone` when a value can no longer be read.
    func known(to finding: Finding) throws(StageFailure) -> PatientContext? {
        guard let past, let told = finding.decision.context else { return nil }
        let state: PatientContext.State =
            switch told.state {
            case .used: .known(try values(told.observations, past))
            case .nothingKnown: .known([])
            case .notRead: .notRead
            case .patientUnclear: .unclear
            }
        return PatientContext(state, of: told.patient, at: told.time)
    }

    private func values(
        _ observations: [Finding.Observation], _ past: PastRecords
    ) throws(StageFailure) -> [KnownValue] {
        let places = observations.filter { $0.value == nil }.map(\.position)
        let records = places.isEmpty ? [] : try past(places)
        let found = Dictionary(zip(places, records)) { $1 }
        var values: [KnownValue] = []
        for observation in observations {
            let record = found[observation.position] ?? nil
            guard let value = observation.told ?? record.flatMap({ value(observation, $0) })
            else { throw StageFailure(.fetch, WireError.contextGone) }
            values.append(KnownValue(value, from: observation.source))
        }
        return values
    }

    private func value(
        _ observation: Finding.Observation, _ inbound: InboundRecord
    ) -> ContextValue? {
        // A topic that was made anew has other records there.
        guard case .record(let record) = decoder.decode(inbound) else { return nil }
        return record.value(
            of: observation.item, id: observation.id, observed: observation.observed)?.value
    }
}

extension Finding.Observation {
    /// Its value, where its record tells it.
    fileprivate var told: ContextValue? {
        value.map { ContextValue(item: item, value: $0, observed: observed, status: status) }
    }

    fileprivate var source: ContextSource {
        ContextSource(id: id, partition: position.partition, offset: position.offset)
    }
}
