internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import Wire

extension TransportLoop {
    /// The reading of the topic of findings, for what was said before of studies that come in
    /// parts.
    final class HistoryReading {
        var reader: RecordReader
        /// Where each partition ended when the reading began; fewer as they are reached.
        var goals: [TopicPartition: Int64]

        init(reader: consuming RecordReader, goals: [TopicPartition: Int64]) {
            self.reader = reader
            self.goals = goals
        }
    }

    /// Reads a piece of the topic of findings when parts wait for it. The first time it is read
    /// whole; after that, from where it was left.
    func followHistories() throws(KafkaError) {
        guard work.decide({ $0.wantsHistories }) else {
            reading = nil
            return
        }
        do throws(KafkaError) {
            if reading == nil, clock.monotonic() >= nextReading { try beginReading() }
            try readPiece()
        } catch {
            // The topic may be gone for a while, which the watch tells of.
            guard error.isRetriable || error.isUnknownTopic else { throw error }
            reading = nil
            nextReading = clock.monotonic() + .seconds(1)
        }
    }

    private func beginReading() throws(KafkaError) {
        // The end as it is with transactions that are still open: one of another worker's may hide
        // a committed finding behind it for a while.
        let goals = try RecordReader.ends(
            of: options.parts.findingTopic, configuration: configuration, timeout: .seconds(5))
        let open = goals.filter { $0.value > historiesRead[$0.key] ?? 0 }
        var reader = try RecordReader(
            configuration: configuration, wakeUp: work.transport, logSink: sink)
        if !open.isEmpty {
            try reader.open(at: open.keys.reduce(into: [:]) { $0[$1] = historiesRead[$1] ?? 0 })
        }
        reading = HistoryReading(reader: reader, goals: open)
    }

    private func readPiece() throws(KafkaError) {
        guard let current = reading else { return }
        for record in try current.reader.poll(max: Self.recordsPerRound) {
            historiesRead[record.position.topicPartition] = record.position.offset + 1
            guard let (study, history) = StudyHistory.read(record) else {
                if StudyHistory.isClaimed(by: record) {
                    telemetry.emit(RecordIgnored(.finding, .unreadable, at: record.position))
                }
                continue
            }
            work.decide { $0.note(history, of: study) }
        }
        for (place, goal) in current.goals {
            let end = max(
                current.reader.endOffset(of: place) ?? 0, historiesRead[place] ?? 0)
            guard end >= goal else { continue }
            historiesRead[place] = end
            current.goals[place] = nil
        }
        guard current.goals.isEmpty else { return }
        reading = nil
        work.decide { $0.historiesAreCurrent() }
        work.wakeDecoders()
    }

    /// What a committed outcome leaves as its study's history.
    static func history(
        after outcome: StudyOutcome, of study: StudyInFlight
    ) -> (Pseudonym, StudyHistory)? {
        guard let name = study.assembly?.study else { return nil }
        switch outcome {
        case .finding(let finding, _, _): return StudyHistory(finding).map { (name, $0) }
        case .retraction(let retraction): return (name, StudyHistory(retraction))
        case .deadLetter, .postponed, .deferral: return nil
        }
    }
}
