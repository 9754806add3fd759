import Files
import KafkaTransport
import Pipeline
import Settings
import Signing
import Telemetry
import VigilCore

/// Keys, secrets and certificates.
enum KeysCheck: String, DoctorCheck, CaseIterable {
    /// Pseudonyms are made with a key of the site's own that others cannot read.
    case pseudonyms = "pseudonym-key"
    /// Files of secrets are their owner's alone.
    case modes = "secret-modes"
    /// The keys of those whose orders are believed can be read.
    case control = "control-keys"
    /// The same of those whose decisions clear alarms.
    case alarms = "quality-alarm-keys"
    /// No file stops the worker.
    case stopFile = "stop-file"
    /// The key that signs audit logs is there and its owner's alone.
    case audit = "audit-key"
    /// No certificate of the clients is over or soon will be.
    case certificates

    /// So long before its end a certificate is spoken of.
    private static let noticeMin = Duration.seconds(30 * 86_400)
    /// Properties of the clients that name files of secrets.
    private static let secrets = [
        "ssl.key.location", "ssl.keystore.location", "sasl.oauthbearer.token.file",
        "sasl.kerberos.keytab",
    ]

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        let settings = worker.settings
        switch self {
        case .pseudonyms:
            try worker.needPaths(.privacyPseudonymKeyFile)
            let key = try PseudonymKey(settings)
            if let warning = StartWarnings.of(isKeyPublic: key.isPublic).first {
                return .warn(warning.what, "\(warning.remedy): \(warning.setting)")
            }
            return .ok("a key of the site's own, and its owner's alone")
        case .modes: return try modes(worker)
        case .control:
            try worker.needPaths(.controlKeys)
            guard try ControlSwitch(settings) != nil, settings.controlTopic != nil else {
                throw DoctorSkip.notSet("control.topic")
            }
            return .ok("orders of \(settings.controlKeys.count) keys are believed")
        case .alarms:
            try worker.needPaths(.qualityAlarmKeys)
            guard try AlarmSwitch(settings) != nil else {
                throw DoctorSkip.notSet("quality.alarm-topic")
            }
            return .ok("decisions of \(settings.qualityAlarmKeys.count) keys clear alarms")
        case .stopFile:
            guard let path = settings.controlStopFile else {
                throw DoctorSkip.notSet("control.stop-file")
            }
            let name = SafeText(operatorProvided: path)
            guard FilePresence.isPossible(path) else { return .ok("\(name) is not there") }
            return .warn(
                "\(name) is there, and stops every assessment",
                "Take the file away when the reason for it is over")
        case .audit:
            try worker.needPaths(.auditKeyFile)
            guard settings.topicsAudit != nil, let path = settings.auditKeyFile else {
                throw DoctorSkip.notSet("topics.audit")
            }
            return .ok("checkpoints are signed by key \(try KeyFile.signing(path).verifying.id)")
        case .certificates: return try certificates(worker)
        }
    }

    private func modes(_ worker: DoctorCase) throws -> DoctorVerdict {
        let kafka = worker.kafka
        let maps = [kafka.common, kafka.consumer, kafka.producer]
        let paths = Set(
            Self.secrets.flatMap { name in maps.compactMap { $0[name] } }
                + [worker.settings.carbonTokenFile, worker.settings.otlpHeadersFile]
                .compactMap { $0 })
        guard !paths.isEmpty else { throw DoctorSkip("no setting names a file of a secret") }
        // What cannot be read is told by the checks of paths and of properties.
        let open = paths.sorted().filter {
            (try? FileHead.readSecret($0, bytesMax: 1))?.isOpenToOthers ?? false
        }
        guard open.isEmpty else {
            let names = open.map { SafeText(operatorProvided: $0) }.line
            return .warn("group or others may read or write \(names)", "chmod 600 \(names)")
        }
        return .ok("\(paths.count) files of secrets are their owner's alone")
    }

    private func certificates(_ worker: DoctorCase) throws -> DoctorVerdict {
        let files = CertificateFile.named(in: worker.kafka).filter { $0.ends != nil }
        guard let first = files.min(by: { ($0.ends ?? worker.now) < ($1.ends ?? worker.now) }),
            let end = first.ends
        else { throw DoctorSkip("no property names a file of certificates") }
        let remedy: SafeText = "Have one issued anew, and put it into \(first.path)"
        if worker.now >= end {
            return .fail("\(first.property) names one that is over since \(end)", remedy)
        }
        if worker.now.later(by: Self.noticeMin) >= end {
            return .warn("\(first.property) names one that ends at \(end)", remedy)
        }
        return .ok("\(files.count) files, of which the first ends at \(end)")
    }
}
