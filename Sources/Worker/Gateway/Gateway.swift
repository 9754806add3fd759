internal import HTTPServer
internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore

/// The gateway at work: a thread a role that delivers, several a role that listens, one that
/// follows study events, one that answers probes.
package final class Gateway: Sendable {
    private let parts: GatewayParts
    private let feed: StudyFeed
    private let roles: [(settings: RoleSettings, ending: StopFlag)]
    private let failure = Mutex<GatewayError?>(nil)

    private static let topicPatience = Duration.seconds(30)

    /// Makes its parts; nothing is asked of anybody yet.
    package init(_ settings: GatewaySettings) throws(GatewayError) {
        let clock = SystemClock()
        let telemetry = Telemetry(clock: clock, metrics: Metrics(ofProgram: "gateway"))
        let directory = StudyDirectory(
            settings: settings.studies, reader: DicomStudyHeaderReader())
        parts = GatewayParts(
            settings: settings, directory: directory, telemetry: telemetry,
            health: HealthState(clock: clock), clock: clock)
        feed = StudyFeed(directory: directory, telemetry: telemetry)
        var roles: [(settings: RoleSettings, ending: StopFlag)] = []
        for role in settings.roles { roles.append((role, try StopFlag())) }
        self.roles = roles
    }

    /// Asks it to end: what is under way is ended, what is done is committed. Any thread.
    package func stop() {
        parts.health.markShuttingDown()
        feed.stop()
        for role in roles { role.ending.open() }
    }

    /// Delivers until it is asked to end.
    ///
    /// - Parameter ready: called once it has begun, with a line for standard output.
    /// - Throws: what it cannot go on with; all roles end with the one that failed.
    package func run(ready: (String) -> Void) throws(GatewayError) {
        let settings = parts.settings
        try makeDeadLetterTopic()
        let page = try settings.page.map { page throws(GatewayError) in try endpoint(page) }
        // There is no model to verify.
        parts.health.markModel(verified: true)
        // Without a role that delivers there is no group to be a member of.
        if roles.allSatisfy({ !$0.settings.kind.delivers }) {
            parts.health.mark(assignment: .standby)
        }
        let listeners = try roles.map { role throws(GatewayError) in
            try listener(role.settings, role.ending)
        }
        do throws(ProcessError) {
            let reading = try OwnedThread { [self] in
                feed.run(
                    settings.kafka.configuration(group: "vigil-gateway-studies"),
                    topics: settings.topics.studies)
            }
            let working = try zip(roles, listeners).map { role, listener throws(ProcessError) in
                try RoleThread { [self] in work(role.settings, role.ending, listener) }
            }
            parts.health.markStarted()
            ready(parts.telemetry.line(GatewayReady(roles: roles.count)))
            for thread in working { thread.join() }
            feed.stop()
            reading.join()
        } catch {
            stop()
            throw .refused(error)
        }
        _ = page
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func listener(
        _ role: RoleSettings, _ ending: StopFlag
    ) throws(GatewayError) -> (any Listening)? {
        if let dicom = try DicomListen(role, parts: parts, ending: ending) { return dicom }
        return try HL7Listen(role, parts: parts, ending: ending)
    }

    private func work(_ role: RoleSettings, _ ending: StopFlag, _ listener: (any Listening)?) {
        do throws(GatewayError) {
            if let listener { return try listener.run() }
            var loop = try makeLoop(role, ending)
            try loop.run()
        } catch {
            failure.withLock { $0 = $0 ?? error }
            parts.health.markFailed(error.code)
            stop()
        }
    }

    private func makeLoop(
        _ role: RoleSettings, _ ending: StopFlag
    ) throws(GatewayError) -> RoleLoop {
        do throws(KafkaError) {
            return try RoleLoop(role, parts: parts, ending: ending)
        } catch {
            throw .refused(error)
        }
    }

    private func endpoint(
        _ page: GatewaySettings.Page
    ) throws(GatewayError) -> HTTPEndpointBox {
        do throws(HTTPServerError) {
            return HTTPEndpointBox(
                try HTTPEndpoint(
                    address: page.address, port: page.port, telemetry: parts.telemetry,
                    health: parts.health))
        } catch {
            throw .refused(error)
        }
    }

    /// Makes the topic of dead letters where there is none; else what is given up would be tried
    /// without end.
    private func makeDeadLetterTopic() throws(GatewayError) {
        let topic = TopicSpecification(
            name: parts.settings.topics.deadLetter, partitions: 1,
            config: ["cleanup.policy": "delete"])
        do throws(KafkaError) {
            let admin = try TopicAdmin(
                configuration: parts.settings.kafka.configuration(group: "vigil-gateway"))
            let known = try admin.describe(timeout: Self.topicPatience)
            guard known[topic.name] == nil else { return }
            let outcome = try admin.createTopics([topic], timeout: Self.topicPatience)
            if case .failed(let error)? = outcome[topic.name] { throw error }
        } catch {
            throw .refused(error)
        }
    }
}

/// Holds the page until the gateway has ended.
private final class HTTPEndpointBox {
    private let endpoint: HTTPEndpoint

    init(_ endpoint: consuming HTTPEndpoint) {
        self.endpoint = endpoint
    }
}
