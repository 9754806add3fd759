import Commands
import Imaging
import KafkaTransport
import Processes
import Settings
import VigilCore
import Wire

/// `vigil demo`: sends files as study events, waits for what a worker publishes about them, and
/// shows the worklist as an emergency department would see it.
enum DemoCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "demo",
            summary: "Send files as study events and show the worklist that comes back",
            example: "vigil demo --bootstrap localhost:9092 chest.dcm head.dcm",
            options: [
                CommonOptions.bootstrap, BrokerAccess.timeoutOption, CommonOptions.configuration,
                CommonOptions.set, CommonOptions.json,
                OptionSpecification(
                    "timeout-s", value: "SECONDS", "How long to wait for all outcomes (60)."),
                OptionSpecification(
                    "repeat", value: "N", "Sends every file this many times (1)."),
            ],
            positionals: [
                PositionalSpecification(
                    "FILE", "Files below the worker's --input-root.", isRepeated: true,
                    completion: .file)
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let settings = try CommonOptions.settings(arguments)
        let timeout = try arguments.integer("timeout-s", in: 1...86_400) ?? 60
        let copies = try arguments.integer("repeat", in: 1...100_000) ?? 1
        let access = try BrokerAccess(settings, arguments, group: "vigil-demo")
        var reader = try RecordReader(configuration: access.configuration)
        try reader.open(
            [settings.topicsFinding, settings.topicsEnergy, settings.topicsDeadLetter],
            from: .end, timeout: access.timeout)
        let studies = try FileStudy.make(files: arguments.positionals, copies: copies)
        var worklist = DemoWorklist(studies: studies, settings: settings)
        try send(studies, topic: settings.topicsInput, access)
        let clock = SystemClock()
        let deadline = clock.monotonic() + .seconds(timeout)
        while !worklist.isComplete, clock.monotonic() < deadline {
            for record in try reader.next(max: 1000, timeout: .seconds(1)) { worklist.add(record) }
            Terminal.progress("\(worklist.finished) of \(studies.count) studies")
        }
        Terminal.endProgress()
        Terminal.out(arguments.has("json") ? worklist.json : worklist.text)
        guard worklist.isComplete else {
            Terminal.error(
                "vigil demo: \(studies.count - worklist.finished) studies have no outcome after "
                    + "\(timeout) s. Check that a worker runs on these topics")
            return .unavailable
        }
        return worklist.deadLetters == 0 ? .ok : .dataError
    }

    private static func send(
        _ studies: [FileStudy], topic: String, _ access: BrokerAccess
    ) throws(KafkaError) {
        let producer = try PlainProducer(configuration: access.configuration)
        for study in studies { try producer.send(study.record(topic: topic)) }
        try producer.flush(within: access.timeout)
    }
}
