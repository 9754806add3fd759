import KafkaTransport
import SimulationKit
import VigilCore
import Wire

/// Recalls of what workers have said so far, sent while they go on; some of older records, some
/// twice, and some with an event of the study sent again.
struct SimulatedRecalls {
    /// So many in one run.
    private static let countMax = 12

    /// A recall that was sent: which record it names, and how many findings there were then.
    private struct Sent {
        let record: Digest
        let findings: Int
    }

    private var sent: [Sent] = []

    /// Recalls one of the findings, if there is one.
    mutating func send(
        _ cluster: FakeCluster, _ log: inout StudyLog, generator: inout SimulationGenerator
    ) throws {
        let findings = cluster.log(TransportBench.outputs.finding)
        guard !findings.isEmpty, sent.count < Self.countMax else { return }
        let finding = try FindingDecoder.decode(findings[generator.below(findings.count)])
        let events = log.records.filter { record in
            log.events[record.position].map { log.name(of: $0) } == finding.pseudonym
        }
        guard let first = events.first else { return }
        let order = RecallOrder(
            record: finding.deterministicDigest, issued: Timestamp(microseconds: 0))
        let body = """
            {"study":{"uid":"\(finding.study.sensitiveValue)"},"recall":{"payloadType":"",\
            "payload":"\(Base64.encode(order.payload))","signatures":[]}}
            """
        for _ in 0...generator.below(2) {
            _ = try log.append(
                Array(body.utf8), type: WireNames.recallType, beside: first, cluster)
            sent.append(Sent(record: order.record, findings: findings.count))
        }
        // What was withdrawn and comes again is another study than the log says.
        let isWithdrawn = events.compactMap { log.events[$0.position] }.contains {
            $0.withdrawal != nil && $0.recall == nil
        }
        guard generator.chance(percent: 40), !isWithdrawn, let value = first.value else { return }
        _ = try log.append(value, type: WireNames.studyType, beside: first, cluster)
    }

    /// What of a run's findings is wrong: a recall takes back what stood, and nothing that was
    /// recalled stands in the end.
    ///
    /// - Parameters:
    ///   - findings: in their order.
    ///   - givenUp: studies of which an event was given up.
    func broken(_ findings: [Finding], givenUp: Set<Pseudonym>) -> [String] {
        var broken: [String] = []
        var last: [Pseudonym: (number: Int, finding: Finding)] = [:]
        for (number, finding) in findings.enumerated() {
            if finding.isRecalled,
                finding.revision?.previous
                    != last[finding.pseudonym]?.finding.deterministicDigest
            {
                broken.append("a recall takes back what did not stand")
            }
            last[finding.pseudonym] = (number, finding)
        }
        for (study, (number, finding)) in last where !givenUp.contains(study) {
            // A recall of what holds no longer changes nothing, and a study that is read again
            // after it may say the same, in a record of the same digest.
            let isNamed = sent.contains {
                $0.record == finding.deterministicDigest && number < $0.findings
            }
            if isNamed, !finding.isRecalled, !finding.isWithdrawn {
                broken.append("what was recalled stands")
            }
        }
        return broken
    }
}
