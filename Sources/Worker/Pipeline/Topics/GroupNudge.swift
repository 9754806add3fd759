internal import KafkaTransport
internal import Processes
internal import VigilCore

/// Has a group share out its partitions anew. A static member that comes back is given what it had
/// (KIP-345), and compares the topics with what it saw when it came back: of partitions that were
/// added while it was away nobody tells the group. A member that joins and leaves does.
struct GroupNudge: Sendable {
    /// How long the group may take to begin.
    private static let joinMax = Duration.seconds(20)

    private let configuration: KafkaConfiguration
    private let topics: [String]

    init(configuration: KafkaConfiguration, topics: [String]) {
        var configuration = configuration
        // A member without a name of its own, which the group forgets when it leaves.
        configuration.instance = nil
        self.configuration = configuration
        self.topics = topics
    }

    /// Joins the group, and leaves it as soon as partitions are given. Blocks.
    func callAsFunction() throws(KafkaError) {
        let wakeUp = try WakeUp.ofClient()
        var member = try KafkaConsumer(
            configuration: configuration, topics: topics, wakeUp: wakeUp)
        let end = SystemClock().monotonic() + Self.joinMax
        var hasJoined = false
        while !hasJoined, SystemClock().monotonic() < end {
            wakeUp.drain()
            hasJoined = member.poll(max: 16).contains {
                if case .assigned = $0 { true } else { false }
            }
            guard !hasJoined else { break }
            _ = try WakeUp.waitForClient(on: [wakeUp.fileDescriptor], timeout: .milliseconds(200))
        }
        member.close(within: .seconds(5))
    }
}
