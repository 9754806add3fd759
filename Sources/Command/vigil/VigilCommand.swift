import Commands
import Processes
import Settings
import VigilCore

/// The `vigil` program: the worker, what operates it, and what looks at its inputs and models.
@main
enum VigilCommand {
    static let program = CommandProgram(
        name: "vigil",
        summary: "reads radiology studies from Kafka with a foundation model on CPU, and publishes "
            + "prioritised findings and the energy that they took",
        members: members)

    /// Every command, in the order of the help.
    private static var members: [CommandProgram.Member] {
        own([
            WorkerCommand.self, DoctorCommand.self, TopicsCreateCommand.self, InferCommand.self,
            ImageCommand.self, ExplainCommand.self, DemoCommand.self, TailCommand.self,
            TopCommand.self, QualityCommand.self, QualityAlarmsCommand.self,
            QualityClearCommand.self, DeadLetterListCommand.self, DeadLetterShowCommand.self,
            DeadLetterReplayCommand.self, ReplayCommand.self,
        ]) + LabCommands.studies.map { .delegated($0) }
            + own([ModelInspectCommand.self, ModelVerifyCommand.self])
            + LabCommands.benches.map { .delegated($0) }
            + own([
                EnergyPlanCommand.self, EnergyCSVCommand.self, TriageShowCommand.self,
                CalibrationShowCommand.self, EnvelopeDraftCommand.self,
                EnvelopeSignCommand.self, EnvelopeShowCommand.self, ControlStopCommand.self,
                ControlRunCommand.self, ControlShowCommand.self, RecallCommand.self,
                KeyMakeCommand.self, AuditVerifyCommand.self, AuditProveCommand.self,
                AuditWitnessCommand.self, AuditExportCommand.self,
                ConfigPrintCommand.self, ConfigSchemaCommand.self, ValidateCommand.self,
                MetricsListCommand.self, CompletionCommand.self,
            ])
    }

    private static func own(_ commands: [any Command.Type]) -> [CommandProgram.Member] {
        commands.map { .own($0) }
    }

    /// The options of all commands that stand for settings.
    static var settingFlags: [SettingFlag] {
        program.commands.flatMap { command in
            command.settingFlags.map {
                SettingFlag(
                    command: command.specification.name, option: $0.option, key: $0.key)
            }
        }
    }

    static func main() {
        CoreDumps.forbid()
        ProcessEnd.leave(program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
