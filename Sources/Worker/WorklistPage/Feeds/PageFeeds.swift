internal import Processes
internal import KafkaTransport
internal import Telemetry
internal import VigilCore

/// The topics that the page follows.
struct PageFeeds: Sendable {
    let findings: TopicFeed
    /// Those that it can do without.
    private let others: [(name: String, feed: TopicFeed)]

    /// - Parameter news: called after something came.
    init(
        _ topics: PageSettings.Topics, into board: WorklistBoard, telemetry: Telemetry,
        news: @escaping @Sendable () -> Void
    ) {
        findings = TopicFeed(topic: topics.finding, telemetry: telemetry) { records in
            board.takeFindings(records)
            news()
        }
        var others: [(name: String, feed: TopicFeed)] = []
        if let topic = topics.worklist {
            let feed = TopicFeed(topic: topic, telemetry: telemetry) { records in
                board.takeOrders(records)
                news()
            }
            others.append(("worklist", feed))
        }
        if let topic = topics.energy {
            let feed = TopicFeed(
                topic: topic, telemetry: telemetry, begin: { board.beginEnergy() },
                take: { board.takeEnergy($0) })
            others.append(("energy", feed))
        }
        if let topic = topics.alarms {
            let feed = TopicFeed(
                topic: topic, telemetry: telemetry, begin: { board.beginAlarms() },
                take: { records in
                    board.takeAlarms(records)
                    news()
                })
            others.append(("alarms", feed))
        }
        self.others = others
    }

    private var all: [TopicFeed] { [findings] + others.map(\.feed) }

    /// Asks all threads to end.
    func stop() { for feed in all { feed.stop() } }

    /// Starts a thread for each topic. They end with ``stop()``.
    func start(_ configuration: KafkaConfiguration) throws(ProcessError) {
        for feed in all {
            let thread = try OwnedThread { feed.run(configuration) }
            thread.detach()
        }
    }

    /// How each stands.
    var json: JSONValue {
        var object = JSONObject()
        object["finding"] = .string(findings.standing.rawValue)
        for (name, feed) in others { object[name] = .string(feed.standing.rawValue) }
        return .object(object)
    }
}
