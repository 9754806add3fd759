import Commands
import KafkaTransport
import Pipeline
import Processes
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

    static var settingFlags: [(option: String, key: SettingKey)] {
        [
            ("group", .workerGroup), ("instance", .workerInstance), ("model", .modelDirectory),
            ("adapter", .modelAdapters), ("ensemble", .modelEnsemble),
            ("input-root", .inputRoots),
        ]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        ShutdownSignals.block()
        let settings = try CommonOptions.settings(arguments, flags: settingFlags)
        if settings.workerCoreDumps { CoreDumps.allow() }
        let telemetry = Telemetry(
            minimumLevel: LogLevel(rawValue: settings.logLevel) ?? .info)
        for warning in settings.warnings {
            telemetry.emit(
                SettingWarning(
                    setting: warning.subject, what: warning.what, remedy: warning.remedy))
        }
        let slot =
            settings.workerInstance.isEmpty
            ? WorkerSlot(
                folders: WorkerSlot.folders(Environment.variables),
                host: KafkaConfiguration.hostName) : nil
        let instance = slot?.name ?? settings.workerInstance
        if settings.workerInstance.isEmpty {
            telemetry.emit(
                InstanceChosen(
                    instance: SafeText(operatorProvided: instance), isStable: slot != nil))
        }
        let worker = try Worker(
            settings: settings,
            kafka: try KafkaConfiguration(
                settings, arguments: arguments, instance: instance),
            modelCache: settings.cacheDirectory ?? EngineOptions.cacheDirectory,
            telemetry: telemetry)
        let code = try worker.run { partitions in
            Terminal.line(telemetry.line(WorkerReady(partitions: partitions)))
        }
        // The slot is held for as long as the worker runs.
        withExtendedLifetime(slot) {}
        return code
    }
}
