import KafkaTransport
import Pipeline
import Settings
import Telemetry
import VigilCore

/// `vigil worker`: reads study events and publishes findings until it is told to stop.
enum WorkerCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "worker",
            summary: "Read study events and publish findings until told to stop (SIGTERM)",
            example: "vigil worker --bootstrap localhost:9092 --group triage --instance slot-1 "
                + "--model models/untrained --input-root /srv/dicom",
            options: [
                CommonOptions.bootstrap,
                OptionSpecification("group", value: "G", "Consumer group (worker.group)."),
                OptionSpecification(
                    "instance", value: "NAME",
                    "This worker's slot: static member id and transactional id (worker.instance)."),
                OptionSpecification(
                    "model", value: "DIR", "The model's directory (model.directory).",
                    completion: .directory),
                CommonOptions.adapter, CommonOptions.ensemble,
                OptionSpecification(
                    "input-root", value: "DIR",
                    "Events may name files below this folder (input.roots).", isRepeated: true,
                    completion: .directory),
                CommonOptions.configuration, CommonOptions.set,
            ])
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        ShutdownSignals.block()
        let settings = try CommonOptions.settings(
            arguments,
            flags: [
                ("group", .workerGroup), ("instance", .workerInstance),
                ("model", .modelDirectory), ("adapter", .modelAdapters),
                ("ensemble", .modelEnsemble),
                ("input-root", .inputRoots),
            ])
        if settings.workerCoreDumps { CoreDumps.allow() }
        let telemetry = Telemetry(
            minimumLevel: LogLevel(rawValue: settings.logLevel) ?? .info)
        for warning in settings.warnings {
            telemetry.emit(
                SettingWarning(
                    setting: warning.subject, what: warning.what, remedy: warning.remedy))
        }
        let worker = try Worker(
            settings: settings,
            kafka: KafkaConfiguration(
                settings, arguments: arguments, instance: settings.workerInstance),
            modelCache: settings.cacheDirectory ?? EngineOptions.cacheDirectory,
            telemetry: telemetry)
        return try worker.run { partitions in
            Terminal.line(telemetry.line(WorkerReady(partitions: partitions)))
        }
    }
}
