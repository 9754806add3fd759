import Processes
import Settings
import VigilCore

/// What came back for the studies of a benchmark. It reads the records as any subscriber would, and
/// takes what a worker leaves out as not told.
struct BenchOutcomes {
    /// A study's way, in milliseconds by stage where its worker tells.
    struct Study {
        let priority: Priority
        let sent: MonotonicTime
        var total: Double?
        var stages: [String: Double] = [:]
        var joules: (value: Double, low: Double, high: Double)?
        var isGivenUp = false

        var isDone: Bool { isGivenUp || (total != nil && joules != nil) }
    }

    /// The stages that are shown, and the members of `time_to_notification_ms` that make them.
    static let stages: [(name: String, parts: [String])] = [
        ("wait", ["topic", "queue"]), ("read", ["fetch", "decode", "preprocess"]),
        ("batch", ["batch"]), ("infer", ["infer", "triage"]), ("publish", ["publish"]),
    ]

    private(set) var studies: [String: Study] = [:]
    /// How joules came about; several when workers differ.
    private(set) var methods: Set<String> = []
    private(set) var images = 0
    /// Studies with an outcome.
    private(set) var done = 0
    private let topics: (finding: String, energy: String)

    init(topics settings: Settings) {
        topics = (settings.topicsFinding, settings.topicsEnergy)
    }

    var deadLetters: Int { studies.values.count { $0.isGivenUp } }

    /// Notes a study before it is sent.
    mutating func expect(_ id: String, priority: Priority, at time: MonotonicTime) {
        studies[id] = Study(priority: priority, sent: time)
    }

    /// Takes records as they come; those of other studies are passed over.
    mutating func add(_ records: [InboundRecord], at clock: SystemClock) {
        let now = clock.monotonic()
        for record in records {
            let isFinding = record.position.topic == topics.finding
            let isOutcome = isFinding || record.position.topic == topics.energy
            let name = isOutcome ? "ce_causationid" : "ce_id"
            guard let header = record.headers.last(where: { $0.name == name })?.value,
                let value = record.value
            else { continue }
            let id = String(decoding: header, as: UTF8.self)
            guard var study = studies[id], !study.isDone else { continue }
            if !isOutcome {
                study.isGivenUp = true
            } else if let json = try? JSONParser.parse(value) {
                if isFinding { note(json, &study, now) } else { noteEnergy(json, &study) }
            }
            if study.isDone { done += 1 }
            studies[id] = study
        }
    }

    private mutating func note(_ json: JSONValue, _ study: inout Study, _ now: MonotonicTime) {
        study.total = (now - study.sent).seconds * 1000
        images += json["instances"]?.arrayValue?.count ?? 0
        guard let times = json["run"]?["time_to_notification_ms"] else { return }
        for (name, parts) in Self.stages {
            let known = parts.compactMap { times[$0]?.doubleValue }
            if !known.isEmpty { study.stages[name] = known.reduce(0, +) }
        }
    }

    private mutating func noteEnergy(_ json: JSONValue, _ study: inout Study) {
        let value = json["energy_joules"]?.doubleValue ?? 0
        study.joules = (
            value, json["low_joules"]?.doubleValue ?? value,
            json["high_joules"]?.doubleValue ?? value
        )
        methods.insert(json["method"]?.stringValue ?? "none")
    }
}
