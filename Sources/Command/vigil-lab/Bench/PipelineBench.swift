import Commands
import FoundationModel
import KafkaTransport
import Processes
import Settings
import Synthesis
import Tensor
import VigilCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Runs workers on studies and measures them from outside, as a reader of their topics sees them.
struct PipelineBench {
    private let arguments: ParsedArguments
    private let topics: BenchTopics
    private let bound: BenchBound
    private let studies: Int
    private let workers: Int
    private let threads: Int
    private let rate: Double?
    private let clock = SystemClock()
    private let scratch: ScratchFolder

    /// Of twenty studies one is `stat`, three are `urgent`, four are `asap`.
    private static let mixture: [Priority] = [
        .routine, .urgent, .routine, .asap, .routine, .routine, .asap, .routine, .routine, .stat,
        .routine, .urgent, .routine, .asap, .routine, .routine, .asap, .routine, .urgent, .routine,
    ]
    /// Synthetic studies, which are sent again in turn.
    private static let poolMax = 32
    /// Each worker's studies before the clock starts: one batch, and a first transaction.
    private static let warmUp = 8

    init(_ arguments: ParsedArguments, topics: BenchTopics, bound: BenchBound) throws {
        self.arguments = arguments
        self.topics = topics
        self.bound = bound
        studies = try arguments.integer("studies", in: 1...100_000) ?? 40
        workers = try arguments.integer("workers", in: 1...16) ?? 1
        threads =
            try arguments.integer("threads", in: 1...256)
            ?? max(1, CpuBudget.current().threads / workers)
        rate = arguments.string("rate").flatMap { SynthStream.Plan.perSecond($0) }
        if let text = arguments.string("rate"), rate == nil {
            throw LabError.badRate(found: SafeText(operatorProvided: text))
        }
        scratch = try ScratchFolder()
    }

    func run() throws -> ExitCode {
        let pool = try events()
        try topics.make(TopicPlan(topics.settings, brokers: 1).topics)
        let settings = topics.settings
        var reader = try RecordReader(configuration: topics.configuration)
        try reader.open(
            [settings.topicsFinding, settings.topicsEnergy, settings.topicsDeadLetter],
            from: .beginning, timeout: topics.timeout)
        let running = try start()
        let producer = try PlainProducer(configuration: topics.configuration)
        var warm = BenchOutcomes(topics: settings)
        try send(
            pool, name: "warm", count: Self.warmUp * workers, rate: nil, producer, &reader, &warm)
        try collect(&reader, &warm, count: Self.warmUp * workers, running)
        var outcomes = BenchOutcomes(topics: settings)
        let before = running.map { $0.processor() }
        let begun = clock.monotonic()
        try send(pool, name: "study", count: studies, rate: rate, producer, &reader, &outcomes)
        try collect(&reader, &outcomes, count: studies, running)
        let seconds = (clock.monotonic() - begun).seconds
        let processor = BenchReport.Processor(before, running.map { $0.processor() })
        for worker in running { worker.end(within: .seconds(15)) }
        let report = BenchReport(
            outcomes: outcomes, seconds: seconds, processor: processor, workers: workers,
            threads: threads, precision: arguments.string("precision") ?? "fp32",
            program: arguments.string("worker") ?? "vigil worker")
        Terminal.out(arguments.has("json") ? JSONWriter.text(report.json) + "\n" : report.text)
        return outcomes.deadLetters == 0 ? .ok : .dataError
    }

    /// The events to send in turn: of the files that are named, or of synthetic radiographs.
    private func events() throws -> [JSONObject] {
        guard arguments.positionals.isEmpty else {
            return try FileStudy.make(files: arguments.positionals, copies: 1).compactMap {
                try JSONParser.parse($0.record(topic: "").value ?? []).objectValue
            }
        }
        let options = SynthesisOptions(
            seed: 1, content: .cxr, size: try arguments.integer("size", in: 64...4096) ?? 1024,
            encoding: .uncompressed, isShifted: false)
        let folder = try SynthFolder(
            scratch.path + "/studies", options: options, first: 0,
            count: min(studies, Self.poolMax))
        let made = try folder.fill(threads: CpuBudget.current().threads)
        return made.pool.compactMap {
            let message = StudyMessage(
                $0.blueprint, paths: Array($0.paths.prefix(1)), eventID: "", priority: .routine)
            return message.body.objectValue
        }
    }

    private func start() throws -> [BenchWorker] {
        let running = try (0..<workers).map { index in
            try BenchWorker(try command(index), log: "\(scratch.path)/worker-\(index).log")
        }
        while running.contains(where: { !$0.isReady }) {
            try check(running, done: 0)
            _ = try WakeUp.wait(on: [], timeout: .milliseconds(50))
        }
        return running
    }

    private func command(_ index: Int) throws -> [String] {
        let program =
            try arguments.string("worker").map { [$0] } ?? [SisterProgram.vigil.path(), "worker"]
        var words =
            program + [
                "--bootstrap", topics.configuration.bootstrap, "--group", topics.name,
                "--instance", "slot-\(index)", "--model", try model(),
            ]
        for root in Set(try roots()).sorted() { words += ["--input-root", root] }
        if let file = arguments.string("config") { words += ["--config", file] }
        // An embedding that is known would spare the model its work.
        let fixed = [
            "engine.threads=\(threads)", "cache.embeddings-max-mb=0", "http.enabled=true",
            "http.address=127.0.0.1", "http.port=0",
            "engine.precision=\(arguments.string("precision") ?? "fp32")",
        ]
        let all =
            arguments.strings("set") + topics.overrides.map { "\($0.key)=\($0.value)" } + fixed
        return words + all.flatMap { ["--set", $0] }
    }

    private func roots() throws -> [String] {
        guard !arguments.positionals.isEmpty else { return [scratch.path] }
        return try arguments.positionals.map { file in
            guard let resolved = realpath(file, nil) else {
                throw CommandError.fileNotRead(path: SafeText(operatorProvided: file))
            }
            defer { free(resolved) }
            let parts = String(cString: resolved).split(separator: "/").dropLast()
            return "/" + parts.joined(separator: "/")
        }
    }

    private func model() throws -> String {
        if let directory = arguments.string("model") { return directory }
        let path = scratch.path + "/model"
        if access(path, F_OK) != 0 {
            try UntrainedClip.write(to: path, seed: 1, size: .small)
        }
        return path
    }

    /// Sends studies at a rate or all at once, each to the partition that owns it unless they are
    /// to be scattered, and takes meanwhile what comes back.
    private func send(
        _ pool: [JSONObject], name: String, count: Int, rate: Double?,
        _ producer: borrowing PlainProducer, _ reader: inout RecordReader,
        _ outcomes: inout BenchOutcomes
    ) throws {
        let begun = clock.monotonic()
        for number in 0..<count {
            let due = begun + .seconds(rate.map { Double(number) / $0 } ?? 0)
            while clock.monotonic() < due {
                try bound.check(done: outcomes.done, of: count)
                outcomes.add(
                    try reader.next(max: 1000, timeout: due - clock.monotonic()), at: clock)
            }
            let priority = Self.mixture[number % Self.mixture.count]
            let id = "\(topics.name)-\(name)-\(number)"
            outcomes.expect(id, priority: priority, at: clock.monotonic())
            var event = pool[number % pool.count]
            event["priority"] = .string(priority.rawValue)
            let key = Array((event["study"]?["uid"]?.stringValue ?? id).utf8)
            let count = Int32(BenchTopics.partitions)
            let owner = KeyPartitioner.crc32.partition(of: key, among: count)
            let isScattered = arguments.has("scattered")
            try producer.send(
                OutboundRecord(
                    topic: topics.settings.topicsInput, key: key,
                    value: JSONWriter.bytes(.object(event)),
                    headers: [
                        RecordHeader("ce_specversion", "1.0"), RecordHeader("ce_id", id),
                        RecordHeader("ce_source", "urn:vigil:bench"),
                        RecordHeader("ce_type", WireNames.studyType),
                        RecordHeader("content-type", "application/json"),
                    ]), partition: isScattered ? (owner + 1) % count : owner)
        }
        try producer.flush(within: .seconds(30))
    }

    private func collect(
        _ reader: inout RecordReader, _ outcomes: inout BenchOutcomes, count: Int,
        _ running: [BenchWorker]
    ) throws {
        while outcomes.done < count {
            try check(running, done: outcomes.done)
            outcomes.add(try reader.next(max: 1000, timeout: .milliseconds(500)), at: clock)
            Terminal.progress("\(outcomes.done) of \(count) studies")
        }
        Terminal.endProgress()
    }

    private func check(_ running: [BenchWorker], done: Int) throws {
        try bound.check(done: done, of: studies)
        for worker in running where !worker.isRunning {
            throw LabError.workerFailed(said: SafeText(operatorProvided: worker.lastLine))
        }
    }
}
