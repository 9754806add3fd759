import KafkaTransport
import Pipeline
import Settings
import VigilCore

#if canImport(Glibc)
    import Glibc
#endif

/// The `vigil` program: finds the command that the arguments name, runs it, and turns errors into a
/// text on standard error and an exit code after sysexits(3).
@main
enum VigilCommand {
    /// Every command, in the order of the help.
    static let commands: [any Command.Type] = [
        WorkerCommand.self, TopicsCreateCommand.self, InferCommand.self, ImageCommand.self,
        DemoCommand.self,
        DeadLetterListCommand.self, DeadLetterShowCommand.self, DeadLetterReplayCommand.self,
        ReplayCommand.self, SynthCommand.self, EvaluateCommand.self, TuneCommand.self,
        ModelUntrainedCommand.self, ModelConvertCommand.self, ModelInspectCommand.self,
        ModelVerifyCommand.self, BenchEngineCommand.self, BenchKernelsCommand.self,
        BenchEnergyCommand.self, BenchPipelineCommand.self, EnergyPlanCommand.self,
        EnergyCSVCommand.self,
        TriageShowCommand.self, ConfigPrintCommand.self, ConfigSchemaCommand.self,
        MetricsListCommand.self,
        CompletionCommand.self,
    ]

    static let program = ProgramSpecification(
        name: "vigil",
        summary: "reads radiology studies from Kafka with a foundation model on CPU, and publishes "
            + "prioritised findings and the energy that they took",
        commands: commands.map { $0.specification })

    /// The options of all commands that stand for settings.
    static var settingFlags: [SettingFlag] {
        commands.flatMap { command in
            command.settingFlags.map {
                SettingFlag(
                    command: command.specification.name, option: $0.option, key: $0.key)
            }
        }
    }

    static func main() {
        CoreDumps.forbid()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitCode {
        do {
            switch try program.parse(arguments) {
            case .help(let text): Terminal.out(text)
            case .version: Terminal.line("vigil \(BuildVersion.current)")
            case .completions(let lines): lines.forEach { Terminal.line($0) }
            case .command(let specification, let arguments):
                let command = commands.first { $0.specification.name == specification.name }
                return try command?.run(arguments) ?? .software
            }
            return .ok
        } catch {
            return report(error)
        }
    }

    /// Tells a person what went wrong and what to do, and gives the exit code.
    static func report(_ error: any Error) -> ExitCode {
        guard let error = error as? any VigilError else {
            Terminal.error("vigil: an unforeseen error (\(type(of: error)))")
            return .software
        }
        // What is wrong with arguments begins with the command that they were for.
        let text = text(of: error)
        Terminal.error(error is UsageError ? text : "vigil: \(text)")
        switch error.disposition {
        case .shutDown(let code): return code
        case .retry: return .unavailable
        case .deadLetter: return .dataError
        }
    }

    /// An error's own words, but for what only a worker does about it.
    private static func text(of error: any VigilError) -> String {
        var kafka = error as? KafkaError
        if case .kafka(let cause)? = error as? DeskError { kafka = cause }
        return kafka.map { "\($0.what). \($0.commandRemedy)" } ?? "\(error)"
    }
}

/// One command of the program.
protocol Command: SendableMetatype {
    /// Its name, options and help.
    static var specification: CommandSpecification { get }

    /// Those of its options that stand for a setting.
    static var settingFlags: [(option: String, key: SettingKey)] { get }

    /// Carries it out and gives the exit code.
    static func run(_ arguments: ParsedArguments) throws -> ExitCode
}

extension Command {
    static var settingFlags: [(option: String, key: SettingKey)] { [] }
}
