internal import DicomNetwork
internal import Files
internal import HTTPClient
internal import KafkaTransport
internal import Processes
internal import Synchronization
internal import Telemetry
internal import VigilCore

/// The role `dicom-listen`: takes what others store, and tells of a study once nothing more of it
/// comes. A thread for each association that may be served at a time, and one that tells.
final class DicomListen: Listening {
    /// How often it is looked which studies are quiet.
    private static let tick = Duration.milliseconds(100)
    /// Studies that are told of at a time.
    private static let batch = 64
    private static let retryPause = Duration.seconds(2)

    private let role: RoleSettings
    private let listening: ListenSettings
    private let parts: GatewayParts
    private let ending: StopFlag
    private let folder: ObjectFolder
    private let receiver: DicomReceiver
    private let quiet: Mutex<QuietStudies>

    /// Listens from now on. Nil for a role of another kind.
    init?(_ role: RoleSettings, parts: GatewayParts, ending: StopFlag) throws(GatewayError) {
        guard let listening = role.listening, case .dicom(let place) = role.endpoint else {
            return nil
        }
        self.role = role
        self.listening = listening
        self.parts = parts
        self.ending = ending
        quiet = Mutex(QuietStudies(quiet: listening.quiet))
        do throws(FileFailure) {
            folder = try ObjectFolder(listening.folder)
        } catch {
            throw .folderUnusable(
                SafeText(operatorProvided: listening.folder), errno: error.errno)
        }
        do throws(DicomListenError) {
            receiver = try DicomReceiver(role.place(place, callers: listening.callers))
        } catch {
            throw .refused(error)
        }
        parts.telemetry.emit(
            ListeningBegan(role: role.name, port: Int(receiver.port), isSecure: place.usesTLS))
    }

    /// Runs until it is asked to end.
    func run() throws(GatewayError) {
        defer { receiver.stop() }
        var threads: [RoleThread] = []
        defer { for thread in threads { thread.join() } }
        do throws(ProcessError) {
            for _ in 0..<listening.associationsMax {
                threads.append(try RoleThread { [self] in serve() })
            }
        } catch {
            receiver.stop()
            throw .refused(error)
        }
        do throws(KafkaError) {
            try tell()
        } catch {
            receiver.stop()
            throw .refused(error)
        }
        receiver.stop()
    }

    private func serve() {
        while !ending.isOpen {
            let taker = AssociationTaker(
                role: role.name, folder: folder, bytesMax: listening.bytesMax, parts: parts
            ) { [self] study in
                quiet.withLock { $0.note(study, at: parts.clock.monotonic()) }
            }
            guard let outcome = receiver.serve(taker) else { continue }
            parts.telemetry.emit(
                AssociationEnded(
                    role: role.name, outcome: outcome.word, isFault: outcome.isFault))
        }
    }

    private func tell() throws(KafkaError) {
        var announcer = try StudyAnnouncer(role, listening, parts: parts, folder: folder)
        do throws(FileFailure) {
            let now = parts.clock.monotonic()
            for study in try announcer.untold() { quiet.withLock { $0.note(study, at: now) } }
        } catch {
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: "folder_unreadable"))
        }
        while !ending.isOpen {
            receiver.sweep()
            if announcer.isIdle {
                for study in quiet.withLock({
                    $0.take(at: parts.clock.monotonic(), max: Self.batch)
                }) { try announcer.send(study) }
            }
            let later = parts.clock.monotonic() + Self.retryPause
            for study in try announcer.finish() {
                quiet.withLock { $0.postpone(study, until: later) }
            }
            parts.telemetry.emit(
                StudiesWaited(role: role.name, waiting: quiet.withLock { $0.count }))
            ending.wakeUp.drain()
            _ = try WakeUp.waitForClient(on: [ending.wakeUp.fileDescriptor], timeout: Self.tick)
        }
    }
}

extension AssociationOutcome {
    /// Whether somebody may have to mend something.
    fileprivate var isFault: Bool {
        switch self {
        case .released, .stopped: false
        case .broken, .malformed, .timedOut, .calledUnknown, .callingUnknown, .insecure: true
        }
    }
}

extension RoleSettings {
    /// How long one object may take, whatever its size.
    private static let objectTime = Duration.seconds(600)

    fileprivate func place(_ place: DicomPlace, callers: [String]?) -> DicomListening {
        let identity = trust.certificate.flatMap { certificate in
            trust.key.map { DicomPeer.Security.Identity(certificate: certificate, key: $0) }
        }
        return DicomListening(
            address: place.host, port: place.port, title: place.title, callers: callers,
            security: place.usesTLS
                ? trust.authorities.map { .init(authority: $0, identity: identity) } : nil,
            silence: timeout, objectTime: Self.objectTime)
    }
}
