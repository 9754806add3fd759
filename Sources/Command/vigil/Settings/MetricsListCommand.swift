import Commands
import Settings
import Telemetry
import VigilCore

/// `vigil metrics`: the table of metrics that the worker exposes.
enum MetricsListCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "metrics", summary: "List the metrics that the worker exposes at /metrics",
            example: "vigil metrics",
            options: [
                OptionSpecification(
                    flag: "markdown", "Prints the list as a page, Deploy/reference/METRICS.md.")
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        if arguments.has("markdown") {
            Terminal.out(MetricsPage.text())
            return .ok
        }
        var table = TextTable([.init("metric"), .init("labels"), .init("meaning")])
        for metric in VigilMetric.all {
            table.add([
                metric.name.description,
                metric.labels.map { $0.description }.joined(separator: ","),
                metric.help.description,
            ])
        }
        Terminal.out(table.text)
        return .ok
    }
}
