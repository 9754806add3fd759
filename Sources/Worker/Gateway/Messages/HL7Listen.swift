internal import Glibc
internal import HL7
internal import HTTPServer
internal import KafkaTransport
internal import Processes
internal import Telemetry
internal import VigilCore

/// The role `hl7-listen`: takes results and orders over MLLP, and acknowledges a message once what
/// it says is committed to Kafka. A thread for each connection that may be served at a time, and
/// one that publishes for all of them.
final class HL7Listen: Listening {
    private static let pause = Duration.seconds(1)

    private let role: RoleSettings
    private let messages: MessageSettings
    private let parts: GatewayParts
    private let ending: StopFlag
    /// Opened when nobody is served any more.
    private let closing: StopFlag
    private let desk: MessageDesk
    private let records: MessageRecords
    private let listener: Int32
    /// Nil: connections are plain.
    private let security: TLSServer?

    /// Listens from now on. Nil for a role of another kind.
    init?(_ role: RoleSettings, parts: GatewayParts, ending: StopFlag) throws(GatewayError) {
        guard let messages = role.messages,
            case .mllp(let host, let port, let usesTLS) = role.endpoint
        else { return nil }
        self.role = role
        self.messages = messages
        self.parts = parts
        self.ending = ending
        closing = try StopFlag()
        desk = MessageDesk(wakeUp: ending.wakeUp)
        records = MessageRecords(
            settings: messages, topics: parts.settings.topics,
            pseudonymKey: parts.settings.studies.pseudonymKey,
            partitions: try Self.partitions(parts.settings))
        security = usesTLS ? TLSServer(role.trust) : nil
        guard !usesTLS || security != nil else { throw .identityUnusable(role: role.name) }
        do throws(HTTPServerError) {
            var socket = try ListenSocket(address: host, port: UInt16(clamping: port))
            listener = socket.take()
        } catch {
            throw .cannotListen(role: role.name, port: port)
        }
        // Another thread may have taken the connection that this one was woken for.
        _ = fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK)
        parts.telemetry.emit(ListeningBegan(role: role.name, port: port, isSecure: usesTLS))
    }

    deinit { close(listener) }

    /// Of the topic of context, which is partitioned by patient alone.
    private static func partitions(_ settings: GatewaySettings) throws(GatewayError) -> Int {
        let topic = settings.topics.context
        let partitions: Int?
        do throws(KafkaError) {
            let admin = try TopicAdmin(
                configuration: settings.kafka.configuration(group: "vigil-gateway"))
            partitions = try admin.survey(knowing: [topic]).topics[topic]?.partitions
        } catch {
            throw .refused(error)
        }
        guard let partitions else { throw .topicMissing(SafeText(operatorProvided: topic)) }
        return partitions
    }

    func run() throws(GatewayError) {
        var threads: [RoleThread] = []
        defer {
            closing.open()
            desk.close()
            for thread in threads { thread.join() }
        }
        do throws(ProcessError) {
            for _ in 0..<messages.connectionsMax {
                threads.append(try RoleThread { [self] in serve() })
            }
        } catch {
            throw .refused(error)
        }
        do throws(KafkaError) {
            try publish()
        } catch {
            throw .refused(error)
        }
    }

    /// Sends what connections have brought, all that waits at a time.
    private func publish() throws(KafkaError) {
        let producer = try PlainProducer(
            configuration: parts.settings.kafka.configuration(
                group: "vigil-gateway-\(role.name)"), logSink: parts.kafkaLog)
        while !ending.isOpen {
            ending.wakeUp.drain()
            let entries = desk.take()
            producer.serve()
            guard !entries.isEmpty else {
                _ = try WakeUp.waitForClient(
                    on: [ending.wakeUp.fileDescriptor], timeout: Self.pause)
                continue
            }
            do throws(KafkaError) {
                for entry in entries {
                    for record in entry.records {
                        try producer.send(record, within: role.timeout)
                    }
                }
                try producer.flush(within: role.timeout)
                for entry in entries { entry.end(isCommitted: true) }
            } catch {
                // All of them are sent again by whoever sent them, under the same ids.
                for entry in entries { entry.end(isCommitted: false) }
                parts.telemetry.emit(GatewayTroubled(place: role.name, code: error.code))
                guard error.isRetriable else { throw error }
            }
        }
    }

    private func serve() {
        while !closing.isOpen {
            _ = try? WakeUp.wait(
                on: [listener, closing.wakeUp.fileDescriptor], timeout: .seconds(60))
            guard !closing.isOpen else { return }
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { continue }
            let session = security?.accept()
            guard security == nil || session != nil else {
                close(socket)
                continue
            }
            let (outcome, isFault) = serve(
                MessageLine(socket, session: session, closing: closing))
            parts.telemetry.emit(
                AssociationEnded(role: role.name, outcome: outcome, isFault: isFault))
        }
    }

    private func serve(
        _ line: consuming MessageLine
    ) -> (outcome: SafeText, isFault: Bool) {
        var frames = MLLPFrames(bytesMax: messages.bytesMax)
        let taker = MessageTaker(role: role.name, parts: parts, records: records) { [self] made in
            // Two waits of the one that publishes, and some time of its own.
            desk.commit(made, until: parts.clock.monotonic() + role.timeout * 3)
        }
        // A connection may be silent for long; a message that has begun has its time, however many
        // bytes come of it.
        var (silence, message) = (Deadline(after: messages.idle), Deadline?.none)
        do throws(MessageLine.End) {
            var piece = try line.agree(until: Deadline(after: role.timeout))
            while true {
                message = frames.isInside ? message ?? Deadline(after: role.timeout) : nil
                if piece.isEmpty { piece = try line.receive(until: message ?? silence) }
                guard let whole = frames.take(piece) else { return ("too_long", true) }
                piece = []
                for frame in whole {
                    (silence, message) = (Deadline(after: messages.idle), nil)
                    let (answers, isReadable) = taker.take(frame)
                    for answer in answers {
                        try line.send(
                            MLLPFrames.framed(answer), until: Deadline(after: role.timeout))
                    }
                    guard isReadable else { return ("malformed", true) }
                }
            }
        } catch {
            switch error {
            case .closed: return (frames.isInside ? "cut_short" : "released", frames.isInside)
            case .timedOut: return (frames.isInside ? "timed_out" : "idle", frames.isInside)
            case .stopped: return ("stopped", false)
            case .insecure: return ("insecure", true)
            }
        }
    }
}
