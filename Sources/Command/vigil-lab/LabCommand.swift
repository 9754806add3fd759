import Commands
import Processes
import VigilCore

/// The `vigil-lab` program: what is tried, learned and measured apart from the worker. `vigil` runs
/// it, so that people know its commands as those of `vigil`.
@main
enum LabCommand {
    static let program = CommandProgram(
        name: "vigil-lab",
        summary: "makes synthetic studies, fits models and measures, apart from the worker",
        members: [
            .own(SynthCommand.self), .own(EvaluateCommand.self), .own(CalibrateCommand.self),
            .own(TuneCommand.self), .own(DomainCommand.self),
            .own(ModelUntrainedCommand.self), .own(ModelConvertCommand.self),
            .own(DeidentifyCommand.self),
            .own(BenchEngineCommand.self), .own(BenchKernelsCommand.self),
            .own(BenchEnergyCommand.self), .own(BenchEvidenceCommand.self),
            .own(BenchPipelineCommand.self),
        ], caller: "vigil")

    static func main() {
        CoreDumps.forbid()
        ProcessEnd.leave(program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
