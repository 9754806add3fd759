import Commands
import Evaluation
import Processes
import Settings
import VigilCore
import Weights

/// `vigil evaluate`: measures a run against the truth, and two runs against each other.
enum EvaluateCommand: Command {
    private static let name: SafeText = "vigil evaluate"

    static var specification: CommandSpecification {
        CommandSpecification(
            name: "evaluate",
            summary: "Measure a model's run against the truth, with intervals, by subgroup, and "
                + "against another model's",
            example: "vigil evaluate --truth truth.csv --run run.jsonl --by sex --html report.html",
            options: [
                OptionSpecification(
                    "truth", value: "FILE",
                    "CSV or JSON lines: study or file, patient, vendor, arrival, and a column of "
                        + "0, 1 or nothing for each label.", isRequired: true, completion: .file),
                OptionSpecification(
                    "run", value: "FILE",
                    "Lines of 'vigil infer --json', or finding records.", completion: .file),
                OptionSpecification(
                    "run-b", value: "FILE", "A second model's, to compare with.",
                    completion: .file),
            ] + cascadeOptions + topicOptions + reportOptions + measuringOptions + roomOptions + [
                OptionSpecification(
                    "html", value: "FILE", "Writes a page with plots; it needs nothing else.",
                    completion: .file),
                CommonOptions.json,
            ])
    }

    private static var cascadeOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "cascade", value: "T",
                "Measures a cascade against the run: the model of run-b answers alone where all "
                    + "its probabilities are below T. Tells the cost in area and joules saved."),
            OptionSpecification(
                "joules", value: "J",
                "Joules a study of the run, where it does not tell (vigil bench energy)."),
            OptionSpecification("joules-b", value: "J", "The same for run-b."),
        ]
    }

    private static var topicOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "bootstrap", value: "HOST:PORT[,…]",
                "Takes the run from Kafka, all findings that are committed now."),
            OptionSpecification("topic", value: "NAME", "The topic of findings (the setting's)."),
            OptionSpecification("from", value: "TIME", "Leaves out earlier records (RFC 3339)."),
            OptionSpecification("to", value: "TIME", "Leaves out records from then on."),
            OptionSpecification(
                "timeout-s", value: "SECONDS", "How long reading the topic may take (120)."),
            BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
        ]
    }

    private static var measuringOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "label", value: "CODE", "Labels to measure (all that truth and run share).",
                isRepeated: true),
            OptionSpecification(
                "head", value: "NAME", "Takes this head's scores instead of the model's own."),
            OptionSpecification(
                "by", value: "COLUMN", "Subgroups by this column (vendor, where there is one).",
                isRepeated: true),
            OptionSpecification(
                "at", value: "POINT",
                "An operating point: a threshold, sensitivity:X, specificity:X or youden; the "
                    + "first is that of triage (0.5 and specificity:0.9).", isRepeated: true),
            OptionSpecification(
                "prevalence", value: "[CODE=]P", "States predictive values at this prevalence.",
                isRepeated: true),
            OptionSpecification(
                "replicates", value: "N", "Resamplings for the intervals, 0 for none (2000)."),
            OptionSpecification("seed", value: "N", "Seed of everything random (1)."),
        ]
    }

    private static var roomOptions: [OptionSpecification] {
        [
            OptionSpecification(
                "triage", value: "CODE", "Labels that triage looks for (all).", isRepeated: true),
            OptionSpecification("readers", value: "N", "Readers at once (1)."),
            OptionSpecification("read-minutes", value: "MINUTES", "Time to read a study (6)."),
            OptionSpecification(
                "load", value: "SHARE",
                "How busy readers are, where the data has no times of arrival (0.8)."),
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let truth = try table(arguments.string("truth") ?? "")
        if let path = arguments.string("reports") {
            return try reports(path, truth, isJSON: arguments.has("json"))
        }
        let options = try options(arguments, truth)
        let clock = SystemClock()
        let run = try run(arguments, truth)
        let other = try arguments.string("run-b").map {
            try file($0, truth, head: arguments.string("head"))
        }
        let cascade = try cascade(arguments, run, other)
        let evaluation = try Evaluation(
            truth: truth, run: cascade?.run ?? run, other: cascade == nil ? other : run,
            options: options)
        var shown = -1
        let report = evaluation.report { done, all in
            guard Terminal.showsProgress, done * 100 / all != shown else { return }
            shown = done * 100 / all
            Terminal.progress("resampling patients: \(done) of \(all)")
        }
        Terminal.endProgress()
        if let path = arguments.string("html") {
            let source = arguments.string("run") ?? arguments.string("topic") ?? "findings"
            let page = HTMLReport(
                report, title: "\(fileName(source)) against \(fileName("\(truth.file)"))",
                made: clock.wall())
            try FileWriter.write(page.text, to: path)
        }
        if arguments.has("json") {
            var object = report.json.objectValue ?? JSONObject()
            if let cascade { object["cascade"] = cascade.json }
            Terminal.line(JSONWriter.text(.object(object)))
        } else {
            Terminal.out(EvaluationTables(report).text)
            if let cascade { Terminal.line(text(cascade)) }
        }
        return .ok
    }

    private static func cascade(
        _ arguments: ParsedArguments, _ run: ModelRun, _ other: ModelRun?
    ) throws -> ModelCascade? {
        guard let threshold = try arguments.number("cascade", in: 0...1) else { return nil }
        guard let other else { throw UsageError.optionMissing(command: name, option: "run-b") }
        let large = try arguments.number("joules", in: 0...1e9)
        let small = try arguments.number("joules-b", in: 0...1e9)
        let given = large.flatMap { large in small.map { (large, $0) } }
        return ModelCascade(
            large: run, small: other, threshold: threshold,
            codes: arguments.has("triage") ? Set(arguments.strings("triage")) : nil,
            joules: given)
    }

    /// Says what a cascade saves; the tables above compare its areas with the large model's.
    private static func text(_ cascade: ModelCascade) -> String {
        let asked =
            "cascade at \(cascade.threshold.text(decimals: 3)): the large model ran on "
            + "\(cascade.escalated) of \(cascade.studies) studies "
            + "(a share of \(cascade.escalatedShare.text()))"
        guard let (large, spent) = cascade.joules else {
            return asked + "; the runs do not tell of joules, so give --joules and --joules-b"
        }
        let saved = large > 0 ? (1 - spent / large) * 100 : 0
        return asked + "; \(spent.text(decimals: 1)) J instead of \(large.text(decimals: 1)) J, "
            + "\(saved.text(decimals: 1)) % saved; the comparison above is what it costs in area"
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }

    /// Reads a truth table.
    static func table(_ path: String) throws -> TruthTable {
        try TruthTable(
            try FrozenFile.contents(of: path), file: SafeText(operatorProvided: path))
    }

    private static func run(
        _ arguments: ParsedArguments, _ truth: TruthTable
    ) throws -> ModelRun {
        switch (arguments.string("run"), arguments.has("bootstrap")) {
        case (let path?, false): return try file(path, truth, head: arguments.string("head"))
        case (nil, true): return try FindingTopic(arguments).run(truth)
        case (_?, true):
            throw UsageError.argumentUnexpected(command: name, found: "--bootstrap")
        case (nil, false): throw UsageError.optionMissing(command: name, option: "run")
        }
    }

    private static func file(
        _ path: String, _ truth: TruthTable, head: String?
    ) throws -> ModelRun {
        var run = ModelRun(truth, head: head, file: SafeText(operatorProvided: path))
        try run.add(try FrozenFile.contents(of: path))
        return run
    }

    private static func options(
        _ arguments: ParsedArguments, _ truth: TruthTable
    ) throws -> EvaluationOptions {
        var options = EvaluationOptions()
        options.labels = arguments.has("label") ? arguments.strings("label") : nil
        options.triage = arguments.has("triage") ? arguments.strings("triage") : nil
        options.subgroups =
            arguments.has("by")
            ? arguments.strings("by") : [truth.column(.vendor)].compactMap { $0 }
        if arguments.has("at") { options.rules = try rules(arguments.strings("at"), of: name) }
        for text in arguments.strings("prevalence") { try add(prevalence: text, to: &options) }
        options.replicates =
            try arguments.integer("replicates", in: 0...100_000) ?? options.replicates
        options.seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1)
        options.room.readers = try arguments.integer("readers", in: 1...1000) ?? 1
        options.room.readSeconds =
            try arguments.number("read-minutes", in: 0.01...1440).map { $0 * 60 }
            ?? options.room.readSeconds
        options.room.load =
            try arguments.number("load", in: 0.01...0.99) ?? options.room.load
        return options
    }

    /// Reads operating points.
    static func rules(_ texts: [String], of command: SafeText) throws -> [OperatingRule] {
        try texts.map { text in
            guard let rule = OperatingRule(text) else {
                throw UsageError.valueRefused(
                    command: command, option: "at", found: SafeText(operatorProvided: text),
                    expected: "a threshold, sensitivity:X, specificity:X (0 to 1) or youden")
            }
            return rule
        }
    }

    private static func add(
        prevalence text: String, to options: inout EvaluationOptions
    ) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count <= 2, let share = parts.last.flatMap({ Double($0) }),
            (0...1).contains(share)
        else {
            throw UsageError.valueRefused(
                command: name, option: "prevalence", found: SafeText(operatorProvided: text),
                expected: "P or CODE=P with P from 0 to 1")
        }
        if parts.count == 2 {
            options.prevalences[String(parts[0])] = share
        } else {
            options.prevalence = share
        }
    }
}
