package import VigilCore

/// What a model said of studies: lines of `vigil infer --json`, of `vigil demo --json`, or finding
/// records as the worker publishes them.
package struct ModelRun: Sendable {
    /// What was said of one study, all its lines together.
    package struct Study: Sendable {
        /// Code to probability, the greatest of the study's files.
        package internal(set) var scores: [String: Double] = [:]
        /// Rank of the effective priority, 0 for `stat`.
        var rank: Int?
        /// When the study was on the bus.
        var available: Timestamp?
        /// From then to the notification, in seconds.
        var notification: Double?
        /// What it took, in joules; nil when the run does not tell.
        package internal(set) var joules: Double?
        /// What each of its files or findings said; of one that comes again, the latest.
        fileprivate var sources: [String: [String: Double]] = [:]

        fileprivate mutating func set(_ source: String, _ scores: [String: Double]) {
            sources[source] = scores
            self.scores = [:]
            for part in sources.values { self.scores.merge(part) { max($0, $1) } }
        }
    }

    /// For each row of the truth table; nil: nothing was said.
    package private(set) var studies: [Study?]
    /// Codes that a score was given for.
    package private(set) var codes: Set<String> = []
    /// Lines that name no study of the truth table.
    package private(set) var unmatched = 0
    /// Lines that tell of a failure instead of scores.
    package private(set) var failed = 0
    /// The digest of the model whose findings they are; nil: the lines do not tell.
    package var model: String? { models.first }
    private var models: Set<String> = []
    private let matcher: StudyMatcher
    private let head: String?
    private let isStrict: Bool
    private let file: SafeText

    /// Begins a run.
    /// - Parameters:
    ///   - head: the head whose scores count; nil: the model's own, and for codes without those
    ///     the head's that has them.
    ///   - isStrict: whether without a head only the model's own scores count.
    ///   - file: how the run is named in errors.
    package init(
        _ truth: TruthTable, head: String?, isStrict: Bool = false, file: SafeText
    ) {
        self.isStrict = isStrict
        studies = Array(repeating: nil, count: truth.count)
        matcher = StudyMatcher(truth)
        self.head = head
        self.file = file
    }

    /// Takes scores of one study that were made here.
    package mutating func add(scores: [String: Double], row: Int) {
        var study = studies[row] ?? Study()
        study.set("", scores)
        studies[row] = study
        codes.formUnion(scores.keys)
    }

    /// Takes another run's word for one study.
    mutating func replace(_ row: Int, with study: Study) { studies[row] = study }

    /// Reads all lines of a run.
    package mutating func add(_ bytes: [UInt8]) throws(EvaluationError) {
        var run = self
        try JSONLines.forEach(bytes, file: file) { object, line throws(EvaluationError) in
            try run.add(object, line: line)
        }
        self = run
    }

    /// Reads one line or record.
    package mutating func add(_ object: JSONObject, line: Int) throws(EvaluationError) {
        if object["finding_id"] != nil {
            try addFinding(.object(object), line)
        } else if let finding = object["finding"], finding["finding_id"] != nil {
            try addFinding(finding, line)
        } else if object["error"] != nil || object["dead_letter"] != nil {
            failed += 1
        } else if let name = object["file"]?.stringValue {
            try addFile(.object(object), name, line)
        } else {
            throw .badLine(
                file: file, line: line, reason: "it is neither a line of infer nor a finding")
        }
        guard models.count <= 1 else {
            throw .severalModels(file: file, count: models.count)
        }
    }

    private mutating func addFile(
        _ object: JSONValue, _ name: String, _ line: Int
    ) throws(EvaluationError) {
        guard let row = matcher.row(file: name) else {
            unmatched += 1
            return
        }
        var scores: [(code: String, head: String?, score: JSONValue)] = []
        for member in object["scores"]?.objectValue?.members ?? [] {
            scores.append((member.name, nil, member.value))
        }
        for head in object["heads"]?.objectValue?.members ?? [] {
            for member in head.value.objectValue?.members ?? [] {
                scores.append((member.name, head.name, member.value))
            }
        }
        var study = studies[row] ?? Study()
        study.set(name, try chosen(scores, line))
        studies[row] = study
    }

    private mutating func addFinding(
        _ object: JSONValue, _ line: Int
    ) throws(EvaluationError) {
        guard let uid = object["study"]?["uid"]?.stringValue,
            let id = object["finding_id"]?.stringValue,
            let results = object["findings"]?.arrayValue
        else {
            throw .badLine(file: file, line: line, reason: "the finding lacks required members")
        }
        guard let row = matcher.row(study: uid) else {
            unmatched += 1
            return
        }
        if let digest = object["model"]?["digest"]?.stringValue { models.insert(digest) }
        var scores: [(code: String, head: String?, score: JSONValue)] = []
        var study = studies[row] ?? Study()
        for result in results {
            guard let code = result["code"]?.stringValue else {
                throw .badLine(file: file, line: line, reason: "a result has no code")
            }
            scores.append((code, result["head"]?.stringValue, result["probability"] ?? .null))
        }
        study.set(id, try chosen(scores, line))
        let priority = object["effective_priority"]?.stringValue.flatMap { Priority(rawValue: $0) }
        study.rank = min(study.rank ?? .max, priority?.rank ?? .max)
        let run = object["run"]
        study.joules = run?["energy"]?["energy_joules"]?.doubleValue
        study.available = run?["timeline"]?["available"]?.stringValue
            .flatMap { Timestamp(rfc3339: $0) }
        study.notification =
            run?["time_to_notification_ms"]?["total"]?.doubleValue.map { $0 / 1000 }
        studies[row] = study
    }

    /// Of one line, each code's score: of the head that was asked for; else the model's own, and
    /// where it has none the first head's. A score that was not given is left out.
    private mutating func chosen(
        _ scores: [(code: String, head: String?, score: JSONValue)], _ line: Int
    ) throws(EvaluationError) -> [String: Double] {
        var chosen: [String: (isOwn: Bool, score: Double)] = [:]
        for (code, head, score) in scores where !score.isNull {
            guard let value = score.doubleValue, (0...1).contains(value) else {
                throw .badLine(
                    file: file, line: line, reason: "a score is no number between 0 and 1")
            }
            let isWanted = self.head.map { $0 == head } ?? (!isStrict || head == nil)
            if isWanted, chosen[code] == nil || (head == nil && chosen[code]?.isOwn == false) {
                chosen[code] = (head == nil, value)
            }
        }
        codes.formUnion(chosen.keys)
        return chosen.mapValues(\.score)
    }
}
