internal import ClinicalReport
internal import StudyHeaders
internal import Synchronization
internal import Telemetry
internal import VigilCore

/// What all roles share. Any thread.
final class GatewayParts: Sendable {
    /// What a record is, once it is known whose it is.
    enum Prepared {
        case ready(Delivery)
        case wait(Duration)
        case giveUp(SafeText)
    }

    /// How often it is looked whether a study is known now.
    private static let lookPause = Duration.seconds(1)

    let settings: GatewaySettings
    let directory: StudyDirectory
    let telemetry: Telemetry
    let health: HealthState
    let clock: any VigilClock
    let kafkaLog: GatewayKafkaLog
    private let assigned = Mutex<[SafeText: Int]>([:])

    init(
        settings: GatewaySettings, directory: StudyDirectory, telemetry: Telemetry,
        health: HealthState, clock: any VigilClock
    ) {
        self.settings = settings
        self.directory = directory
        self.telemetry = telemetry
        self.health = health
        self.clock = clock
        kafkaLog = GatewayKafkaLog(telemetry: telemetry, health: health)
    }

    /// A role has this many partitions now.
    func markAssigned(_ role: SafeText, _ count: Int) {
        let (roles, sum) = assigned.withLock { assigned in
            assigned[role] = count
            return (assigned.count, assigned.values.reduce(0, +))
        }
        guard roles == settings.roles.count(where: { $0.kind.delivers }) else { return }
        // A role whose partitions other gateways have stands by.
        health.mark(assignment: sum > 0 ? .partitions(sum) : .standby)
    }

    /// Puts together what is to be delivered.
    ///
    /// - Parameters:
    ///   - age: for how long it has been tried.
    ///   - role: whose delivery it is.
    func prepare(_ record: GatewayRecord, age: Duration, for role: RoleKind) -> Prepared {
        switch record.content {
        case .unreadable(let code): return .giveUp(code)
        case .emptied(let study): return .ready(.emptied(study))
        case .finding(let finding):
            switch directory.header(
                of: finding.pseudonym, ofAllInstances: role.pointsAtImages)
            {
            case .known(let header):
                return delivery(of: finding, record, header)
            case .foreign: return .giveUp("study_foreign")
            case .unknown:
                return age < settings.studies.wait
                    ? .wait(Self.lookPause) : .giveUp("study_unknown")
            case .unreadable:
                return age < settings.studies.wait
                    ? .wait(Self.lookPause) : .giveUp("study_unreadable")
            }
        }
    }

    private func delivery(
        of finding: Finding, _ record: GatewayRecord, _ header: StudyHeader
    ) -> Prepared {
        guard header.study.instanceUID.disclosed == finding.study.sensitiveValue else {
            return .giveUp("study_foreign")
        }
        guard !header.patient.id.isEmpty else { return .giveUp("patient_unknown") }
        return .ready(
            .report(
                FindingReport(
                    finding: finding, header: header, published: record.published,
                    codes: settings.codes, instanceUIDs: directory.instances(of: header))))
    }
}
