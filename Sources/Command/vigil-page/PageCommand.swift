import Processes
import Settings
import VigilCore
import WorklistPage

/// The `vigil-page` program: shows the worklist in a browser. It holds no model, no decoder and no
/// patient's data, and reads topics alone.
@main
enum PageCommand {
    static let specification = CommandSpecification(
        name: "run", summary: "Shows the worklist until SIGTERM.",
        example: "vigil-page run --config page.yaml",
        options: [
            OptionSpecification(
                "config", value: "FILE", "The page's configuration in YAML.", isRequired: true,
                completion: .file)
        ])

    static let program = ProgramSpecification(
        name: "vigil-page",
        summary: "shows radiologists the worklist in a browser, by the studies' pseudonyms",
        listed: [.own(specification)])

    static func main() {
        CoreDumps.forbid()
        ShutdownSignals.block()
        ProcessEnd.leave(
            program.run(Array(CommandLine.arguments.dropFirst())) { _, arguments in
                try show(arguments.string("config") ?? "")
                return .ok
            })
    }

    private static func show(_ configuration: String) throws {
        let page = WorklistPage(try PageSettings(file: configuration))
        let signals = try OwnedThread {
            ShutdownSignals.listen(onFirst: { page.stop() })
        }
        signals.detach()
        try page.run { StandardStream.line($0) }
    }
}
