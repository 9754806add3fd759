import Telemetry
import VigilCore

/// An error of no module, for events that carry one.
struct SampleError: VigilError {
    let code: SafeText = "sample"
    let what: SafeText = "Something \"quoted\"\nhappened"
    let remedy: SafeText = "Do something"
    let disposition = Disposition.deadLetter
}

/// One of every event.
enum SampleEvents {
    static let all: [any TelemetryEvent] = lifecycle + work + retracted + kafka

    static let lifecycle: [any TelemetryEvent] = [
        WorkerStarting(
            version: "0.1.0", isa: "avx512", threads: 2, modelName: "untrained",
            modelDigest: Digest(of: []), modelValidated: false, precision: "fp32",
            librdkafka: "2.0.2", energyMethod: .model, energyReason: "no powercap",
            sandbox: "seccomp"),
        WorkerReady(partitions: 6),
        DecoderSandboxed(
            protections: [("seccomp", true), ("landlock", false)], policy: "required",
            missing: nil),
        ModelAnswerChecked(isRecorded: false),
        CalibrationsInForce(
            count: 1, expires: Timestamp(microseconds: 1_800_000_000_000_000), isOver: true),
        FindingsAnswered(flagged: 1, notFlagged: 2, abstained: 8),
        ContextJoined(
            used: 2, takenBack: 1, refused: [.unknownUnit: 3], patients: 1, values: 2),
        ContextRefused(
            .unknownCode, at: RecordPosition(topic: "context", partition: 0, offset: 7)),
        PatientTopicFollowed(
            .context, isCurrent: false, why: "timed_out", duration: .seconds(60)),
        ContextAsked(.notRead),
        PatientTopicFollowed(
            .priors, isCurrent: false, why: "timed_out", duration: .seconds(60)),
        PriorsKept(patients: 1, studies: 2), PriorAsked(.compared),
        ControlObserved(stopped: [.all: 1, .finding: 2], isKnown: true),
        ControlRefused(
            .notNewer, at: RecordPosition(topic: "control", partition: 0, offset: 7)),
        EndpointListening(address: "127.0.0.1", port: 9464),
        WorkerFailed(SampleError()),
        ShutdownRequested(reason: "SIGTERM", inFlight: 3, drainMax: .seconds(10)),
        ShutdownFinished(
            reason: "SIGTERM", exitCode: .ok, abandoned: 0, duration: .milliseconds(120)),
        ClockCapped(percent: 80, policies: 2),
        SettingWarning(setting: "$VIGIL_X", what: "unknown", remedy: "Unset it"),
    ]

    static let work: [any TelemetryEvent] = [
        StudyConsumed(topic: "in", partition: 1, offset: 42),
        StudyDecoded(
            transferSyntax: "jpeg_2000", frames: 1, duration: .milliseconds(12),
            processor: .milliseconds(11)),
        InstanceLeftOut(reason: "localizer", processor: .milliseconds(2)),
        IdentityMismatched(kind: "study_uid_differs"),
        InstanceRefused(transferSyntax: "other", code: "decode_truncated"),
        StudyRetried(stage: .fetch, code: "io", attempt: 2),
        ClockDoubted(direction: "older", believed: .seconds(3600)),
        BatchFormed(
            size: 2, reason: .deadline,
            waits: [
                .init(priority: .stat, duration: .milliseconds(3)),
                .init(priority: .routine, duration: .milliseconds(50)),
            ]),
        BatchInferred(
            size: 2, duration: .milliseconds(300), processor: .milliseconds(590)),
        EnergyAccounted(
            studies: 2, decode: Joules(1), inference: Joules(3), publish: Joules(1),
            idle: Joules(4), method: .model,
            carbon: EnergyAccounted.Carbon(
                grams: 0.5, gramsPerStudy: 0.25, intensity: 300, source: "feed", zone: "DE",
                isStale: false)),
        FindingPublished(
            finding: .vigil, priority: .stat, latency: .milliseconds(400), joules: Joules(2.5),
            energyMethod: .model),
        ReportDrafted(
            .vigil, .failed(code: "report_phrase_missing", what: "No name", remedy: "Name it")),
        GeneratorFailed("died", isEnded: true, what: "It ended", remedy: "Run it by hand"),
        StudyProcessed(topic: "in", duration: .seconds(2), error: "decode_truncated"),
        StudyDeadLettered(
            stage: .decode, code: "decode_truncated", what: "The file ends early", attempts: 1,
            topic: "in", partition: 1, offset: 43),
        DecoderRestarted(reason: "timeout"),
        InputRootTroubled(root: "/in/a", reason: "input_root_unusable", errno: 116),
        InputRootRecovered(root: "/in/b"),
        InputOriginChanged(origin: "https://pacs:443", trouble: "origin_away"),
        CacheUnusable(cache: "prompts", reason: "/c cannot be written", isFirst: true),
        InstanceChosen(instance: "pacs-1a2b3c4d-1", isStable: true),
        StudyPostponed(stage: .fetch, code: "input_failed", attempts: 3, topic: "in.retry.1"),
        QueueObserved(
            depths: [.stat: 1, .routine: 7], bytes: 9000, expected: [.stat: .milliseconds(40)]),
    ]

    /// With the study's pseudonym.
    static let retracted: [any TelemetryEvent] = [
        Pseudonym(hex: String(repeating: "0a", count: 16))
    ].compactMap { $0.map { StudyRetracted(study: $0, revision: 2) } }

    static let kafka: [any TelemetryEvent] = [
        PartitionsAssigned(count: 6, owned: 6),
        PartitionsRevoked(count: 2, owned: 4),
        PartitionsLost(count: 4, owned: 0),
        TransactionCommitted(records: 2, duration: .milliseconds(8)),
        TransactionAborted(outcome: .fenced, error: SampleError()),
        KafkaLog(severity: .warning, text: "broker down"),
        TopicAwaited(topic: "in"),
        MemberReplaced(pause: .milliseconds(400)),
        BrokerAwaited(waited: .seconds(11), trouble: "no answer"),
        RecordIgnored(
            .finding, .unreadable, at: RecordPosition(topic: "out", partition: 1, offset: 7)),
        SuspectTried(
            .alone, at: RecordPosition(topic: "in", partition: 1, offset: 7), deaths: 2),
        EventsOvertaken(topic: "in", partition: 1, count: 40, first: 52),
        TopicsObserved(lags: [.init(topic: "in", partition: 1, records: 3)]),
        PartitionsUnowned(count: 2),
        StudyPlaced(.forwarded, topic: "in", partition: 1, offset: 42),
        PartitionsCompared(topic: "in.placed", count: 6, wanted: 12),
        TopicPresenceChanged(topic: "in", isThere: false),
        CommittedOffsetAstray(
            kind: .expired, topic: "in", partition: 1, committed: 7, first: 12),
    ]
}
