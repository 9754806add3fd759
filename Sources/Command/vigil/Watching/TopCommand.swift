import Commands
import HTTPClient
import Pipeline
import Processes
import Settings
import Triage
import VigilCore

/// `vigil top`: how workers stand, again and again.
enum TopCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "top", summary: "Show how workers stand: queues, stages, deadlines, joules",
            example: "vigil top http://127.0.0.1:9464 http://10.0.0.7:9464",
            options: [
                OptionSpecification(
                    "every", value: "SECONDS", "How long from one picture to the next (2)."),
                OptionSpecification(
                    flag: "once", "Ends after one picture, which takes two looks for its rates."),
                CommonOptions.configuration, CommonOptions.set, CommonOptions.json,
            ],
            positionals: [
                PositionalSpecification(
                    "URL", "Where a worker listens: http.address and http.port.", isRepeated: true)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let pause = Duration.seconds(try arguments.number("every", in: 0.1...3600) ?? 2)
        let addresses = try arguments.positionals.map(address)
        let client = HTTPClient(timeout: min(pause, .seconds(5)))
        let deadlines = ClinicalDeadlines(settings)
        var last = look(addresses, client)
        while true {
            _ = try WakeUp.wait(on: [], timeout: pause)
            let readings = look(addresses, client)
            let frame = TopFrame(readings, after: last, deadlines)
            if arguments.has("json") {
                Terminal.line(JSONWriter.text(frame.json))
            } else {
                Terminal.picture(frame.text)
            }
            if arguments.has("once") { return frame.away == readings.count ? .unavailable : .ok }
            last = readings
        }
    }

    private static func look(_ addresses: [String], _ client: HTTPClient) -> [WorkerReading] {
        addresses.map { WorkerReading($0, client, at: SystemClock().monotonic()) }
    }

    /// An address without the slashes at its end.
    private static func address(_ text: String) throws(UsageError) -> String {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw .argumentRefused(
                command: "top", argument: "URL", found: SafeText(operatorProvided: text),
                expected: "an address of a worker, such as http://127.0.0.1:9464")
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }
}
