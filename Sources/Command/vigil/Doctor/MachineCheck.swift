import Glibc
import HTTPClient
import HTTPServer
import Pipeline
import Settings
import Telemetry
import Tensor
import VigilCore

/// What the machine has for a worker.
enum MachineCheck: String, DoctorCheck, CaseIterable {
    /// The engine has no more threads than processors.
    case processors = "processor-quota"
    /// The processor runs the kernels that are asked for.
    case instructionSet = "instruction-set"
    /// A worker may open enough files and connections.
    case openFiles = "open-files"
    /// The model and what is read of studies fit.
    case memory
    /// What is derived of the model fits where it is kept.
    case disk = "disk-space"
    /// The port of metrics and probes is free.
    case port = "metrics-port"
    /// A crash leaves no images on disk.
    case coreDumps = "core-dumps"

    /// A worker with one broker holds 43 descriptors at rest; a further broker takes one for each
    /// client, and so does each file that is read and each connection to its endpoint.
    private static let filesWanted: UInt = 512
    private static let filesNeeded: UInt = 128

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        switch self {
        case .processors: return processors(worker.settings)
        case .instructionSet: return instructionSet(worker.settings)
        case .openFiles: return openFiles()
        case .memory: return try memory(worker)
        case .disk: return try disk(worker)
        case .port: return try port(worker.settings)
        case .coreDumps: return coreDumps(worker.settings)
        }
    }

    private func processors(_ settings: Settings) -> DoctorVerdict {
        let budget = CpuBudget.current()
        let threads = settings.engineThreads ?? budget.threads
        let quota = budget.quota.map { ", a cgroup's quota of \($0)" as SafeText } ?? ""
        let found: SafeText = "\(threads) threads for \(budget.affinity) processors\(quota)"
        guard threads > budget.threads else { return .ok(found) }
        return .warn(
            found,
            "Leave engine.threads out, or set it to \(budget.threads): more wait for each other"
        )
    }

    private func instructionSet(_ settings: Settings) -> DoctorVerdict {
        let forced = settings.engineISA.flatMap { InstructionSet(rawValue: $0) }
        if let forced, !forced.isSupported {
            return .fail(
                "engine.isa is \(forced), which this processor cannot run",
                "Leave engine.isa out; the best of this processor is \(InstructionSet.best)")
        }
        return .ok("\(forced ?? .best); this processor runs \(InstructionSet.supported.names)")
    }

    private func openFiles() -> DoctorVerdict {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .skipped("the system does not tell its limit")
        }
        let most = UInt(limit.rlim_cur)
        let remedy: SafeText = "Raise it: LimitNOFILE= of the unit, or ulimit -n"
        if most < Self.filesNeeded { return .fail("no more than \(Int(most)) at a time", remedy) }
        if most < Self.filesWanted { return .warn("no more than \(Int(most)) at a time", remedy) }
        return .ok("up to \(Int(clamping: most)) at a time")
    }

    private func memory(_ worker: DoctorCase) throws -> DoctorVerdict {
        try worker.needPaths(.modelDirectory, .modelEnsemble, .cascadeModel)
        guard let room = MemoryBudget.current().bytes else {
            throw DoctorSkip("the system does not tell what it has")
        }
        let settings = worker.settings
        let model = FolderSize.bytes(of: settings.modelFolders)
        let studies = settings.memoryStudiesMax
        let found: SafeText =
            """
            \(room.mebibytes) MiB are left; the model's files have \(model.mebibytes) MiB, and \
            studies may take \(studies.mebibytes) MiB
            """
        guard room < model + studies else { return .ok(found) }
        return .warn(
            found, "Lower memory.studies-max-mb, or give the worker more memory")
    }

    private func disk(_ worker: DoctorCase) throws -> DoctorVerdict {
        try worker.needPaths(.cacheDirectory, .modelDirectory)
        guard let folder = worker.cacheDirectory else {
            return .warn(
                "nothing that is derived of the model is kept between starts",
                "Set cache.directory")
        }
        let there = FolderSize.nearest(folder)
        let name = SafeText(operatorProvided: folder)
        guard access(there, W_OK | X_OK) == 0 else {
            return .warn(
                "\(name) may not be written: each start derives all anew", "Set cache.directory")
        }
        var status = statvfs()
        guard statvfs(there, &status) == 0 else { throw DoctorSkip("the system does not tell it") }
        let free = Int(clamping: status.f_bavail.multipliedReportingOverflow(by: status.f_frsize).0)
        let wanted =
            FolderSize.bytes(of: worker.settings.modelFolders)
            + worker.settings.cacheEmbeddingsMaxBytes
        let found: SafeText =
            """
            \(name) has \(free.mebibytes) MiB free; packed weights and embeddings may take \
            \(wanted.mebibytes) MiB
            """
        guard free < wanted else { return .ok(found) }
        return .warn(found, "Make room there, or lower cache.embeddings-max-mb")
    }

    private func port(_ settings: Settings) throws -> DoctorVerdict {
        guard settings.httpEnabled else { throw DoctorSkip.notSet("http.enabled") }
        let address = SafeText(operatorProvided: settings.httpAddress)
        do throws(HTTPServerError) {
            let endpoint = try HTTPEndpoint(
                address: settings.httpAddress, port: settings.httpPort,
                telemetry: Telemetry(minimumLevel: .error), health: HealthState())
            return .ok("\(address) port \(endpoint.port) is free")
        } catch {
            guard case .portTaken = error, Self.isAlive(settings) else { return .of(error) }
            return .warn(
                "\(address) port \(settings.httpPort) answers as a worker's endpoint does",
                "For a second worker of this machine choose another http.port")
        }
    }

    /// Whether a probe is answered there.
    private static func isAlive(_ settings: Settings) -> Bool {
        let address = settings.httpAddress
        let host = address.contains(":") ? "[\(address)]" : address
        let client = HTTPClient(timeout: .seconds(1), bytesMax: 65_536)
        return (try? client.get("http://\(host):\(settings.httpPort)/live")) != nil
    }

    private func coreDumps(_ settings: Settings) -> DoctorVerdict {
        guard !settings.workerCoreDumps else {
            return .warn(
                "worker.core-dumps allows what may leave patients' images on disk",
                "Set worker.core-dumps to false when the fault is found")
        }
        return .ok("forbidden")
    }
}

extension [InstructionSet] {
    fileprivate var names: SafeText { map { "\($0)" as SafeText }.line }
}

extension Int {
    fileprivate var mebibytes: Int { self >> 20 }
}
