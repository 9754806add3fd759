import BrokerTestKit
import Foundation
import KafkaTransport
import VigilCore
import Wire

/// Reads what workers publish, committed records only, and holds it against what they were sent.
final class OutcomeAudit {
    /// Findings by the `ce_id` of the event that caused them.
    private(set) var findings: [String: [InboundRecord]] = [:]
    /// Energy records of studies, by the same.
    private(set) var energy: [String: [InboundRecord]] = [:]
    /// Energy records of spans of time.
    private(set) var intervals: [InboundRecord] = []
    /// Dead letters by the event's own `ce_id` or the test's tag.
    private(set) var deadLetters: [String: [InboundRecord]] = [:]
    private var reader: RecordReader
    private let topics: Scene.Topics

    init(_ scene: Scene) throws {
        topics = scene.topics
        reader = try RecordReader(configuration: scene.broker.configuration(group: "audit"))
        try Self.open(&reader, [topics.finding, topics.energy, topics.deadLetter])
    }

    /// A broker that has just made the topics may not tell of them yet.
    private static func open(
        _ reader: inout RecordReader, _ topics: [String]
    ) throws(KafkaError) {
        for _ in 0..<50 {
            do throws(KafkaError) {
                return try reader.open(topics, timeout: .seconds(30))
            } catch {
                guard case .unknownTopic = error else { throw error }
                usleep(200_000)
            }
        }
        try reader.open(topics, timeout: .seconds(30))
    }

    /// Events of which an outcome was seen.
    var count: Int { Set(findings.keys).union(deadLetters.keys).count }

    /// Reads until so many events have an outcome.
    func await(
        _ wanted: Int, within bound: Duration, worker: WorkerProcess? = nil
    ) throws {
        let deadline = ContinuousClock.now + bound
        while count < wanted {
            let left = deadline - ContinuousClock.now
            guard left > .zero, worker?.isRunning != false else {
                throw ChildProcess.Failure(
                    description: "\(count) of \(wanted) outcomes within \(bound); "
                        + (worker?.log.suffix(4).joined(separator: "\n") ?? ""))
            }
            take(try reader.next(max: 1000, timeout: min(left, .seconds(5))))
        }
    }

    /// Reads until something holds of what was read.
    func await(
        within bound: Duration, until isDone: (OutcomeAudit) -> Bool
    ) throws {
        let deadline = ContinuousClock.now + bound
        while !isDone(self) {
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                throw ChildProcess.Failure(description: "in vain within \(bound)")
            }
            take(try reader.next(max: 1000, timeout: left))
        }
    }

    /// Reads what is left, once the workers have ended.
    func settle() throws { take(try reader.readToEnd(timeout: .seconds(30))) }

    private func take(_ records: [InboundRecord]) {
        for record in records {
            let cause = record.header("ce_causationid")
            switch record.position.topic {
            case topics.finding: findings[cause ?? "", default: []].append(record)
            case topics.deadLetter:
                let id = record.header(StudyMessage.tag) ?? record.header("ce_id") ?? ""
                deadLetters[id, default: []].append(record)
            default:
                if let cause {
                    energy[cause, default: []].append(record)
                } else {
                    intervals.append(record)
                }
            }
        }
    }

    /// What differs from one outcome for each message, one line a difference; empty when all is
    /// well.
    func problems(_ messages: [StudyMessage]) -> [String] {
        let known = Set(messages.map(\.id))
        let strangers = Set(findings.keys).union(energy.keys).union(deadLetters.keys)
            .subtracting(known)
        var problems = strangers.map { "an outcome of \($0), which nobody sent" }
        for message in messages {
            let id = message.id
            let counts = [findings, energy, deadLetters].map { $0[id]?.count ?? 0 }
            switch counts {
            case [1, 1, 0]: break
            case [0, 0, 1]:
                if let letter = deadLetters[id]?.first { problems += faults(of: letter, message) }
            default:
                problems.append(
                    "\(id): \(counts[0]) findings, \(counts[1]) energy records, "
                        + "\(counts[2]) dead letters")
            }
        }
        return problems
    }

    /// How a dead letter differs from its original, and what it does not say.
    private func faults(of letter: InboundRecord, _ message: StudyMessage) -> [String] {
        var faults: [String] = []
        if letter.value != message.value { faults.append("\(message.id): other bytes") }
        if letter.key != Array(message.key.utf8) { faults.append("\(message.id): another key") }
        if Array(letter.headers.prefix(message.headers.count)) != message.headers {
            faults.append("\(message.id): other headers")
        }
        do {
            let said = try DeadLetterDecoder.decode(letter)
            if said.origin.topic != topics.input { faults.append("\(message.id): another topic") }
            if said.message.isEmpty { faults.append("\(message.id): no reason") }
        } catch {
            faults.append("\(message.id): \(error)")
        }
        return faults
    }

    /// The finding of an event.
    func finding(_ id: String) throws -> Finding {
        guard let record = findings[id]?.first else {
            throw ChildProcess.Failure(description: "no finding of \(id)")
        }
        return try FindingDecoder.decode(record)
    }

    /// The dead letter of an event.
    func deadLetter(_ id: String) throws -> DeadLetter {
        guard let record = deadLetters[id]?.first else {
            throw ChildProcess.Failure(description: "no dead letter of \(id)")
        }
        return try DeadLetterDecoder.decode(record)
    }
}
