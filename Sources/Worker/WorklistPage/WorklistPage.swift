internal import HTTPServer
internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore

/// The worklist page at work: a thread a topic, one that answers, one that publishes clicks.
package final class WorklistPage: Sendable {
    /// How often readers are asked whether there is something to say.
    private static let tick = Duration.seconds(1)
    /// How many of these go by until studies past their time are looked for.
    private static let ticksToExpire = 30
    private static let topicPatience = Duration.seconds(30)
    /// A click takes at most so many bytes.
    private static let clickBytesMax = 4096

    private let settings: PageSettings
    private let board: WorklistBoard
    private let telemetry: Telemetry
    private let clock = SystemClock()
    private let bell = PageBell()
    private let feeds: PageFeeds
    private let ending = Latch()

    /// Makes its parts; nothing is asked of anybody yet.
    package init(_ settings: PageSettings) {
        self.settings = settings
        telemetry = Telemetry(clock: clock)
        board = WorklistBoard(
            bounds: settings.bounds,
            alarms: settings.topics.alarms.map { _ in AlarmsSeen(keys: settings.alarmKeys) },
            clock: clock)
        feeds = PageFeeds(
            settings.topics, into: board, telemetry: telemetry, news: { [bell] in bell.ring() })
    }

    /// Asks it to end. Any thread.
    package func stop() { ending.open() }

    /// Answers until it is asked to end.
    ///
    /// - Parameter ready: called once it answers, with a line for standard output.
    package func run(ready: (String) -> Void) throws(PageError) {
        try checkToken()
        let desk = try settings.topics.feedback.map { topic throws(PageError) in
            try makeDesk(topic)
        }
        let service = try listen(desk)
        bell.hang(service)
        defer {
            feeds.stop()
            desk?.stop()
            bell.hang(nil)
        }
        do throws(ProcessError) {
            try feeds.start(settings.configuration)
        } catch {
            throw .refused(error)
        }
        ready(
            telemetry.line(
                PageReady(
                    address: SafeText(operatorProvided: settings.http.address),
                    port: service.port)))
        var ticks = 0
        while !ending.wait(until: clock.monotonic() + Self.tick) {
            ticks += 1
            if ticks.isMultiple(of: Self.ticksToExpire) { board.expire() }
            bell.ring()
        }
    }

    private func checkToken() throws(PageError) {
        let http = settings.http
        if let token = http.token {
            guard token.count >= 32 else { throw .tokenShort }
        } else if !["127.0.0.1", "::1"].contains(http.address) {
            throw .tokenMissing(address: SafeText(operatorProvided: http.address))
        }
    }

    /// The port is known only once it is listened on, and with it the names that are answered to.
    private func listen(_ desk: FeedbackDesk?) throws(PageError) -> HTTPService {
        var limits = HTTPLimits()
        limits.streamsMax = settings.http.streamsMax
        limits.bodyBytesMax = Self.clickBytesMax
        let (board, feeds, clock, http) = (board, feeds, clock, settings.http)
        let document = PageDocument()
        do throws(HTTPServerError) {
            return try HTTPService(address: http.address, port: http.port, limits: limits) { port in
                PageRoutes(
                    access: PageAccess(
                        address: http.address, port: port, more: http.hosts, token: http.token),
                    document: document, board: board, feeds: feeds, feedback: desk, clock: clock)
            }
        } catch {
            throw .refused(error)
        }
    }

    private func makeDesk(_ topic: String) throws(PageError) -> FeedbackDesk {
        let configuration = settings.configuration
        do throws(KafkaError) {
            try Self.make(topic, by: configuration)
        } catch {
            throw .refused(error)
        }
        do throws(ProcessError) {
            let desk = try FeedbackDesk(
                topic: topic, telemetry: telemetry, news: { [bell] in bell.ring() })
            let thread = try OwnedThread { [clock] in desk.run(configuration, clock: clock) }
            thread.detach()
            return desk
        } catch {
            throw .refused(error)
        }
    }

    /// Makes the topic of feedback where there is none.
    private static func make(
        _ name: String, by configuration: KafkaConfiguration
    ) throws(KafkaError) {
        let topic = TopicSpecification(
            name: name, partitions: 1, config: ["cleanup.policy": "delete", "retention.ms": "-1"])
        let admin = try TopicAdmin(configuration: configuration)
        guard try admin.describe(timeout: topicPatience)[name] == nil else { return }
        let outcome = try admin.createTopics([topic], timeout: topicPatience)
        if case .failed(let error)? = outcome[name] { throw error }
    }
}
