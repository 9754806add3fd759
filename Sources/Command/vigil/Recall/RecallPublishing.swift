import Commands
import Control
import KafkaTransport
import Processes
import Settings
import Signing
import VigilCore
import Wire

/// Sends recalls of findings to the workers. Each is an event of its own, and of two for one record
/// a worker takes the first: so a command that was killed is run again, and sends what still
/// stands.
struct RecallPublishing {
    /// What was sent, and what could not be.
    struct Sent {
        var events = 0
        /// Of studies that the last release alone has said something of.
        var leftOut = 0
    }

    private let key: SigningKey
    private let topic: String
    /// Where workers find what they recall.
    private let findings: String
    private let access: BrokerAccess

    init(_ settings: Settings, _ access: BrokerAccess, key: SigningKey) {
        self.key = key
        self.access = access
        topic = settings.topicsInput
        findings = settings.topicsFinding
    }

    /// Sends them and waits until the brokers have all.
    func send(_ found: [StandingFindings.Found]) throws -> Sent {
        let producer = try PlainProducer(configuration: access.configuration)
        var sent = Sent()
        for finding in found {
            guard finding.position.topic == findings else {
                sent.leftOut += 1
                continue
            }
            let now = SystemClock().wall()
            let envelope = try RecallOrder(record: finding.digest, issued: now).signed(by: key)
            let event = RecallEvent.record(finding, envelope: envelope, topic: topic, time: now)
            guard let event else { continue }
            try producer.send(event, within: access.timeout)
            sent.events += 1
        }
        try producer.flush(within: access.timeout)
        return sent
    }
}
