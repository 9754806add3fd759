internal import DicomNetwork
internal import Files
internal import KafkaTransport
internal import Telemetry
internal import VigilCore
internal import Wire

/// Tells of studies in events, each set of instances once: what was told of is noted behind the
/// broker's answer, and told of again after a crash between the two, under the same id. One owner,
/// one thread.
struct StudyAnnouncer: ~Copyable {
    /// What is on its way to the broker.
    private struct Underway {
        let study: String
        let announcement: StudyAnnouncement
        let events: Int
    }

    private static let flushPatience = Duration.seconds(1)

    private let role: RoleSettings
    private let listening: ListenSettings
    private let parts: GatewayParts
    private let folder: ObjectFolder
    private let producer: PlainProducer
    private var underway: [Underway] = []
    /// Studies that could not be looked at.
    private var unread: [String] = []

    init(
        _ role: RoleSettings, _ listening: ListenSettings, parts: GatewayParts,
        folder: ObjectFolder
    ) throws(KafkaError) {
        let configuration = parts.settings.kafka.configuration(group: "vigil-gateway-\(role.name)")
        producer = try PlainProducer(configuration: configuration, logSink: parts.kafkaLog)
        self.role = role
        self.listening = listening
        self.parts = parts
        self.folder = folder
    }

    /// Whether the broker has all that was sent.
    var isIdle: Bool { underway.isEmpty }

    /// The studies whose objects no event tells of.
    func untold() throws(FileFailure) -> [String] {
        try folder.studies().filter { study in
            guard let objects = try? folder.objects(of: study) else { return true }
            return !objects.isEmpty && folder.announced(of: study) != Self.set(objects, of: study)
        }
    }

    /// Sends the events of a study, unless all of it was told of.
    mutating func send(_ study: String) throws(KafkaError) {
        let found: StudyAnnouncement?
        do throws(FileFailure) {
            found = try announcement(of: study)
        } catch {
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: "folder_unreadable"))
            unread.append(study)
            return
        }
        guard let announcement = found else { return }
        let records = announcement.records(
            topic: parts.settings.topics.studies[0], source: WireNames.gatewaySource,
            time: parts.clock.wall())
        underway.append(
            Underway(study: study, announcement: announcement, events: records.count))
        for record in records { try producer.send(record) }
    }

    /// Waits a second at most for the broker to have all that was sent, and notes it.
    ///
    /// - Returns: studies that have to be sent again.
    mutating func finish() throws(KafkaError) -> [String] {
        producer.serve()
        defer { unread = [] }
        guard !underway.isEmpty else { return unread }
        do throws(KafkaError) {
            try producer.flush(within: Self.flushPatience)
        } catch {
            guard error.isRetriable else { throw error }
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: error.code))
            // What is still on its way is not sent beside itself.
            guard producer.outstanding == 0 else { return unread }
            let failed = underway.map(\.study)
            underway = []
            return failed + unread
        }
        for one in underway { note(one) }
        underway = []
        return unread
    }

    private func note(_ one: Underway) {
        do throws(FileFailure) {
            try folder.mark(one.announcement.set, announcedOf: one.study)
        } catch {
            // It will be told of once more at the next start, which workers see through.
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: "announced_mark"))
        }
        parts.telemetry.emit(
            StudyAnnounced(
                role: role.name,
                study: Pseudonym(
                    of: one.announcement.study, key: parts.settings.studies.pseudonymKey),
                instances: one.announcement.instances.count, events: one.events))
    }

    /// Nil for a file that was read when it came and holds something else now.
    private func identity(_ path: String) throws(FileFailure) -> InstanceIdentity? {
        do throws(DicomHeaderError) {
            return try DicomHeaderFile.identity(path)
        } catch {
            if case .unreadable(let errno) = error { throw FileFailure(errno: errno) }
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: error.code))
            return nil
        }
    }

    private static func set(_ objects: [Digest], of study: String) -> UUIDv5 {
        UUIDv5(namespace: .vigil, fields: ["dicom-study", study] + objects.map(\.hex))
    }

    /// What is to be told of a study; nil: nothing new.
    private func announcement(of study: String) throws(FileFailure) -> StudyAnnouncement? {
        // Somebody may have cleared it away.
        guard FilePresence.isPossible("\(folder.path)/\(study)") else { return nil }
        let objects = try folder.objects(of: study)
        guard !objects.isEmpty else { return nil }
        let set = Self.set(objects, of: study)
        guard folder.announced(of: study) != set else { return nil }
        var newest: [DicomUID: (identity: InstanceIdentity, object: Digest, age: Int64)] = [:]
        for object in objects {
            guard let identity = try identity(folder.path(of: object, in: study)) else { continue }
            let age = folder.age(of: object, in: study)
            if let known = newest[identity.instance], known.age >= age { continue }
            newest[identity.instance] = (identity, object, age)
        }
        let found = newest.values.sorted {
            ($0.identity.series.sensitiveValue, $0.identity.instance.sensitiveValue)
                < ($1.identity.series.sensitiveValue, $1.identity.instance.sensitiveValue)
        }
        guard let first = found.first else { return nil }
        return StudyAnnouncement(
            study: first.identity.study, priority: listening.priority,
            instances: found.map { one in
                InstanceReference(
                    uri: FileURI.text(ofPath: folder.path(of: one.object, in: study)),
                    series: one.identity.series, sop: one.identity.instance)
            }, set: set, patient: patient(of: found.map(\.identity)))
    }

    /// The one patient that all instances are of; nil: nobody, or none that others name alike.
    private func patient(of instances: [InstanceIdentity]) -> Pseudonym? {
        do throws(PatientsDiffer) {
            return try listening.patients.pseudonym(
                of: instances, key: parts.settings.studies.pseudonymKey)
        } catch {
            parts.telemetry.emit(GatewayTroubled(place: role.name, code: "patients_differ"))
            return nil
        }
    }
}
