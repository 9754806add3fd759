import Energy
import Imaging
import Pipeline
import Settings
import VigilCore

/// What a worker takes in: images, its decoders, the generator of drafts, power and intensity.
enum InputsCheck: String, DoctorCheck, CaseIterable {
    /// The folders that events may name files in are there.
    case roots = "input-roots"
    /// The file of archives that instances may be fetched from can be used.
    case origins = "input-origins"
    /// A decoder starts, and is locked in as the settings ask.
    case sandbox = "decoder-sandbox"
    /// The site's own generator of drafts can be started.
    case generator
    /// Energy is measured as the settings ask.
    case energy = "energy-meter"
    /// The grid's intensity can be read.
    case intensity = "carbon-intensity"
    /// The processors' clocks can be capped.
    case clocks = "clock-cap"

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        let settings = worker.settings
        switch self {
        case .roots: return try roots(settings)
        case .origins:
            try worker.needPaths(.inputOriginsFile)
            guard settings.inputOriginsFile != nil else {
                throw DoctorSkip.notSet("input.origins-file")
            }
            return .ok(try InstanceOrigins(settings) { _, _ in }.names.line)
        case .sandbox: return try sandbox(settings)
        case .generator:
            try worker.needPaths(.reportGenerator)
            guard let program = try GeneratorProgram(settings) else {
                throw DoctorSkip.notSet("report.generator")
            }
            return .ok("it and its host are there; digest \(program.digest)")
        case .energy:
            let meter = try EnergyMeters.detect(settings)
            return .ok("\(meter.method): \(meter.basis)")
        case .intensity: return try intensity(worker)
        case .clocks:
            guard settings.energyClockMax < 100 else {
                throw DoctorSkip.notSet("energy.clock-max-percent")
            }
            do throws(ClockError) {
                let cap = try ClockCap(settings.energyCpufreqRoot)
                return .ok("\(cap.count) clocks can be capped")
            } catch {
                // A worker at its full clock is a worker all the same.
                return .warn(error.what, error.remedy)
            }
        }
    }

    private func roots(_ settings: Settings) throws -> DoctorVerdict {
        let troubles = try InputRoots(settings) { _, _ in }.troubles
        guard troubles.isEmpty else {
            return .warn(
                troubles.map { "\($0.root): \($0.trouble.code)" }.line,
                "See to the storage of these folders; the worker waits for them")
        }
        return .ok(
            settings.inputRoots.map { SafeText(operatorProvided: $0) }.line)
    }

    private func sandbox(_ settings: Settings) throws -> DoctorVerdict {
        let status = try DecoderPool(slots: 1, limits: DecodeLimits(settings)).sandboxStatus()
        let active = status.protections.filter(\.isOn).map(\.name).line
        guard let missing = status.missing else { return .ok("on: \(active)") }
        return .warn(
            """
            decode.sandbox is \(SafeText(operatorProvided: settings.decodeSandbox)), and not on: \
            \(missing)
            """,
            "Set decode.sandbox to required, and see Deploy/SECURITY.md for what it takes")
    }

    private func intensity(_ worker: DoctorCase) throws -> DoctorVerdict {
        try worker.needPaths(.carbonIntensityFile, .carbonTokenFile)
        let account = try CarbonAccount(worker.settings)
        let settings = worker.settings
        guard settings.carbonIntensityURL != nil || settings.carbonIntensityFile != nil else {
            guard settings.carbonIntensity > 0 else {
                throw DoctorSkip.notSet("carbon.intensity-g-per-kwh")
            }
            return .ok("\(settings.carbonIntensity) g/kWh, as set")
        }
        guard account.cache.refresh() else {
            return .warn(
                "carbon.intensity-url gives no intensity now",
                "See carbon.intensity-url and carbon.token-file; it is asked again")
        }
        guard let reading = account.cache.reading(at: worker.now), !reading.isStale else {
            return .warn(
                "what is told of the grid is of no use now", "Renew carbon.intensity-file")
        }
        return .ok("\(reading.grams) g/kWh")
    }
}
