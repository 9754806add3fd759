import Commands
import KafkaTransport
import Pipeline
import Processes
import Settings
import VigilCore

/// `vigil doctor`: looks at all that a worker of these settings would need, and says what is amiss.
enum DoctorCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "doctor",
            summary: "Check all that a worker of these settings needs, and write nothing to "
                + "brokers: exit code 0 when nothing fails, 69 when no broker answers, 78 "
                + "otherwise",
            example: "vigil doctor --bootstrap localhost:9092 --config vigil.yaml",
            options: WorkerCommand.specification.options.filter { $0.name != "help" } + [
                OptionSpecification(
                    "check", value: "NAME",
                    "Makes this check alone, by its name in the table.", isRepeated: true,
                    completion: .words(DoctorChecks.names)),
                OptionSpecification(
                    "timeout", value: "SECONDS", "How long all checks may take (10)."),
                CommonOptions.json,
            ])
    }

    static var settingFlags: [(option: String, key: SettingKey)] { WorkerCommand.settingFlags }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let names = try names(arguments)
        let settings = try CommonOptions.settings(arguments, flags: settingFlags)
        let timeout = Duration.seconds(try arguments.number("timeout", in: 1...3600) ?? 10)
        let instance = settings.workerInstance
        var kafka = try KafkaConfiguration(
            settings, arguments: arguments,
            // The worker's own name is not taken here: a worker may run under it.
            instance: instance.isEmpty ? KafkaConfiguration.hostName : instance)
        kafka.boundReadAhead()
        let clock = SystemClock()
        let begun = clock.monotonic()
        let outcomes = DoctorRound(timeout: timeout).run(
            // Brokers end first, so that their silence is told as what it is.
            DoctorCase(settings, kafka, now: clock.wall(), brokersMax: timeout * 0.6),
            names: names)
        let report = DoctorReport(outcomes: outcomes, duration: clock.monotonic() - begun)
        if arguments.has("json") {
            Terminal.line(JSONWriter.text(report.json))
        } else {
            Terminal.out(report.text)
        }
        return report.exitCode
    }

    private static func names(_ arguments: ParsedArguments) throws(UsageError) -> Set<String> {
        let names = Set(arguments.strings("check"))
        for name in names.sorted() where !DoctorChecks.names.contains(name) {
            let nearest = Spelling.nearest(to: name, among: DoctorChecks.names)
            throw .valueRefused(
                command: "vigil doctor", option: "check",
                found: SafeText(operatorProvided: name),
                expected: SafeText(
                    fixedMessage: nearest.map { "'\($0)'" } ?? "a name of the table without --check"
                ))
        }
        return names
    }
}
