import Gateway
import Processes
import Settings
import VigilCore

/// `vigil-gateway run`: listens and delivers until a signal asks it to end.
enum RunCommand {
    static let specification = CommandSpecification(
        name: "run", summary: "Takes in what others send and delivers findings until SIGTERM.",
        example: "vigil-gateway run --config gateway.yaml",
        options: [GatewayCommand.configuration])

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let gateway = try Gateway(GatewaySettings(file: arguments.string("config") ?? ""))
        let signals = try OwnedThread {
            ShutdownSignals.listen(onFirst: { gateway.stop() })
        }
        signals.detach()
        try gateway.run { StandardStream.line($0) }
        return .ok
    }
}
