import Testing
import VigilCore
import Wire

extension Samples {
    static let cause = EventIdentity(id: "1f6c-\u{e9}", source: "urn:hospital:pacs")

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    static func time(_ milliseconds: Int64) -> Timestamp {
        Timestamp(microseconds: 1_795_500_000_000_123 + milliseconds * 1000)
    }

    static let energy = EnergyReading(
        joules: Joules(3.25), low: Joules(1.5), high: Joules(6.5), method: .model, zones: [],
        duration: .milliseconds(812))

    static let carbon = CarbonRecord(
        grams: 0.5, low: 0.25, high: 1, embodied: 0.125, sci: 0.625, intensity: 400,
        source: "feed", age: .seconds(90), isStale: false, zone: "DE", effectiveness: 1.5,
        waterLitres: 0.0625)

    /// A finding with every member set.
    static func finding() throws -> Finding {
        let uid = try #require(DicomUID("1.2.826.0.1.3680043.8.498.1"))
        let study = Pseudonym(of: uid, key: key)
        let series = try pseudonym("1.2.826.0.1.3680043.8.498.1.1")
        let model = digest("model")
        return Finding(
            findingID: FindingIdentity.finding(
                study: study, series: [series], model: model, preprocessing: digest("manifest"),
                prompts: digest("prompts"), adapters: [digest("lora"), digest("probe")]),
            study: uid, pseudonym: study, cause: cause,
            priority: Finding.Priorities(
                order: Finding.Order(
                    highest: .asap, ofEvent: .routine, before: .asap, isKnown: true),
                ai: .stat, effective: .stat),
            urgency: 0.73,
            reasons: [
                Finding.Reason(
                    code: "finding_positive", text: "Pneumothorax 0.73 reaches its threshold 0.5.")
            ],
            decision: decision(), assessed: assessed(model),
            instances: [
                Finding.Instance(
                    series: series, sop: try pseudonym("1.2.826.0.1.3680043.8.498.1.1.7"),
                    pixels: digest("pixels"), modality: "CR", frames: 1, flags: ["low_contrast"])
            ],
            leftOut: [
                Finding.LeftOut(
                    .report, place: 1, series: try pseudonym("1.2.826.0.1.3680043.8.498.1.2"),
                    sop: try pseudonym("1.2.826.0.1.3680043.8.498.1.2.1"), modality: "SR",
                    sopClass: DicomUID("1.2.840.10008.5.1.4.1.1.88.11"))
            ], run: run())
    }

    private static func assessed(_ model: Digest) -> Finding.Assessed {
        Finding.Assessed(
            model: Finding.Model(
                name: "cxr-clip", digest: model, family: "clip", precision: "fp32",
                isValidated: true, trainedOn: "A described collection of chest radiographs.",
                intendedUse: "Prioritisation of adult frontal chest radiographs.",
                adapters: [
                    Finding.Adapter(name: "site", kind: "lora", digest: digest("lora")),
                    Finding.Adapter(
                        name: "probe", kind: "linear-probe", digest: digest("probe")),
                ]),
            preprocessing: digest("manifest"), prompts: digest("prompts"),
            output: digest("output"), numericMode: "reproducible",
            findings: [
                Finding.Result(
                    code: "pneumothorax", label: "Pneumothorax", probability: 0.73,
                    logitDifference: 0.99462265, threshold: 0.5, answer: .flagged,
                    evidence: Finding.Evidence(instance: 0, frame: 0)),
                Finding.Result(
                    code: "effusion", label: "Pleural effusion \"small\"", probability: 0.1,
                    logitDifference: -2.1972246, threshold: 0.4, answer: .notFlagged,
                    evidence: nil),
                Finding.Result(
                    code: "pneumothorax", label: "Pneumothorax", probability: 0.61,
                    logitDifference: 0.4473122, threshold: 0.35, answer: .flagged,
                    evidence: Finding.Evidence(instance: 0, frame: 0), head: "probe"),
            ])
    }

    private static func decision() -> Finding.Decision {
        var decision = Finding.Decision()
        decision.decidedAt = time(262)
        decision.policy = Finding.Input(digest: digest("policy"))
        decision.calibration = Finding.Input(
            digest: digest("calibration"), validFrom: time(-1000), validUntil: time(9000))
        decision.gates = [
            Finding.Gate(
                "header", .leftOut, reason: "report", instances: 1, facts: ["modality": "SR"])
        ]
        return decision
    }

    static func run() -> Finding.Run {
        var run = Finding.Run()
        run.timeline.acquired = time(-60_000)
        run.timeline.available = time(0)
        run.timeline.consumed = time(5)
        run.timeline.decoded = time(45)
        run.timeline.batched = time(60)
        run.timeline.inferStart = time(61)
        run.timeline.inferEnd = time(261)
        run.timeline.published = time(263)
        run.timeToNotification.total = .milliseconds(263)
        run.timeToNotification.topic = .milliseconds(5)
        run.timeToNotification.queue = .milliseconds(2)
        run.timeToNotification.fetch = .milliseconds(3)
        run.timeToNotification.decode = .microseconds(35_250)
        run.timeToNotification.preprocess = .milliseconds(7)
        run.timeToNotification.batch = .milliseconds(9)
        run.timeToNotification.infer = .milliseconds(200)
        run.timeToNotification.triage = .microseconds(120)
        run.timeToNotification.publish = .microseconds(80)
        run.deadline = time(60_000)
        run.eta = time(300)
        run.batch = Finding.Batch(id: "17", size: 8)
        run.position = RecordPosition(topic: Samples.studyTopic, partition: 2, offset: 41)
        run.energy = energy
        run.cache = Finding.CacheUse(images: 1, hits: 1, saved: Joules(2.5))
        run.carbon = carbon
        run.instructionSet = "avx512"
        run.traceparent = traceparent
        return run
    }

    static func studyEnergy() throws -> EnergyRecord {
        let finding = try finding()
        return EnergyRecord(
            subject: .study(
                EnergyRecord.StudyShare(
                    findingID: finding.findingID, study: finding.pseudonym, cause: cause,
                    batch: Finding.Batch(id: "17", size: 8), share: 0.125,
                    model: digest("model"), traceparent: traceparent, saved: Joules(2.5))),
            reading: energy, cpuTime: .milliseconds(790), memory: Joules(0.25),
            basis: "No powercap zone; 10 W for each busy core.", window: "slot-1-3",
            stages: EnergyRecord.Stages(
                decode: Joules(0.25), inference: Joules(2.75), publish: Joules(0.25)),
            carbon: carbon)
    }

    static func intervalEnergy() -> EnergyRecord {
        EnergyRecord(
            subject: .interval(
                EnergyRecord.Interval(
                    worker: "0", from: time(0), to: time(60_000), studies: 12,
                    active: Joules(600))),
            reading: EnergyReading(
                joules: Joules(900.5), low: Joules(900.25), high: Joules(900.75), method: .rapl,
                zones: ["package-0", "dram"], duration: .seconds(60)),
            machine: Joules(1200.5), cpuShare: 0.75, cpuTime: .seconds(90),
            basis: "Powercap counters, shared out by processor time.", window: "slot-1-3",
            stages: EnergyRecord.Stages(
                decode: Joules(100), inference: Joules(450), publish: Joules(50)),
            measured: Joules(900.25), carried: Joules(0.25), carbon: carbon)
    }
}
