import Commands
import KafkaTransport
import Settings
import Synthesis
import Tensor
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// `vigil synth`: makes studies of people who do not exist, with known truth, as files; with
/// `--rate` sends them to Kafka as an emergency department's day would.
enum SynthCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "synth",
            summary: "Make synthetic studies with known truth: DICOM files, events, FHIR context "
                + "and a truth table; with --rate, stream them to Kafka",
            example: "vigil synth --out studies --count 100 --seed 7 --kind mixed",
            options: folderOptions + streamOptions + [CommonOptions.json])
    }

    private static let folderOptions = [
        OptionSpecification(
            "out", value: "DIR", "A new folder for the studies.", isRequired: true,
            completion: .directory),
        OptionSpecification(
            "count", value: "N", "How many studies (100; with --rate 32, which are sent again)."),
        OptionSpecification(
            "seed", value: "S", "The same seed gives the same bytes, on any count of threads (1)."),
        OptionSpecification("first", value: "N", "The number of the first study (0)."),
        OptionSpecification("size", value: "PIXELS", "Rows and columns, 64 to 4096 (512)."),
        OptionSpecification(
            "kind", value: "KIND", "cxr, ct or mixed (cxr).",
            completion: .words(SynthesisOptions.Content.allCases.map(\.rawValue))),
        OptionSpecification(
            "transfer-syntax", value: "NAME",
            "uncompressed, jpeg-ls, jpeg2000, or mixed (uncompressed).",
            completion: .words(SynthesisOptions.Encoding.allCases.map(\.rawValue))),
        OptionSpecification(
            flag: "shifted", "Makers and exposures that no training set has, to test a model on."),
        OptionSpecification("threads", value: "N", "Threads (one for each processor)."),
    ]

    private static let streamOptions = [
        OptionSpecification(
            "rate", value: "N/UNIT", "Streams so many studies a unit: 50/s, 600/min, 20000/h."),
        OptionSpecification(
            "profile", value: "NAME",
            "How the rate changes over a day, which is pressed into --duration-s: steady, "
                + "emergency-day or mass-casualty (emergency-day).",
            completion: .words(ArrivalProcess.Profile.allCases.map(\.rawValue))),
        OptionSpecification("duration-s", value: "SECONDS", "How long the stream lasts (60)."),
        OptionSpecification(
            "bootstrap", value: "HOST:PORT[,…]", "Kafka brokers for --rate."),
        BrokerAccess.timeoutOption, CommonOptions.configuration, CommonOptions.set,
    ]

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        // An encoder that died shows as an error of the write.
        signal(SIGPIPE, SIG_IGN)
        let stream = try SynthStream.Plan(arguments)
        // Before studies are made for nobody.
        let feed = try stream.map { plan in
            let settings = try CommonOptions.settings(arguments)
            return (plan, settings.topicsInput, try BrokerAccess(settings, arguments))
        }
        let count = try arguments.integer("count", in: 1...10_000_000)
        let options = SynthesisOptions(
            seed: UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 1),
            content: try arguments.choice("kind", of: SynthesisOptions.Content.self) ?? .cxr,
            size: try arguments.integer("size", in: 64...4096) ?? 512,
            encoding: try arguments.choice(
                "transfer-syntax", of: SynthesisOptions.Encoding.self) ?? .uncompressed,
            isShifted: arguments.has("shifted"))
        let threads =
            try arguments.integer("threads", in: 1...256)
            ?? CpuBudget.current().threads
        let folder = try SynthFolder(
            arguments.string("out") ?? "", options: options,
            first: try arguments.integer("first", in: 0...Int.max / 2) ?? 0,
            count: count ?? (stream == nil ? 100 : 32))
        let summary = try folder.fill(threads: threads)
        Terminal.line(arguments.has("json") ? summary.json : summary.text)
        guard let (plan, topic, access) = feed else { return .ok }
        let sent = try SynthStream.run(
            plan, pool: summary.pool, seed: options.seed, topic: topic, access: access)
        Terminal.line(arguments.has("json") ? sent.json : sent.text)
        return .ok
    }
}
