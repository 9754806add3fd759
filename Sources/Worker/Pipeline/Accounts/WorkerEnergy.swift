internal import Energy
internal import Imaging
internal import Processes
internal import Settings
internal import Telemetry
internal import VigilCore
internal import Wire
internal import WorkerCore

/// What a worker's energy is measured with, told in and bounded by, from the first moment on: the
/// meter, the grid's carbon, the day's budget, the cap on the clocks.
struct WorkerEnergy: Sendable {
    let meter: any EnergyMeter
    /// What is left of the day.
    let budget: EnergyBudget
    /// Nil while no clock is capped; the process takes it back however it ends.
    let clockCap: ClockCap?
    private let carbon: CarbonAccount
    /// They ask the slow sources for as long as this is held.
    private let refreshers: [PeriodicThread]
    private let start: (mark: EnergyMark, at: Timestamp)

    /// Detects the meter, caps the clocks and begins to measure.
    ///
    /// - Parameter decoders: whose processor time is the worker's too.
    init(
        _ settings: Settings, decoders: DecoderPool, clock: any VigilClock, telemetry: Telemetry
    ) throws {
        meter = try EnergyMeters.detect(settings, decoders: decoders)
        carbon = try CarbonAccount(settings)
        refreshers = try Self.refreshers(meter, carbon)
        clockCap = ClockCap.apply(settings, telemetry: telemetry)
        start = (meter.begin(), clock.wall())
        budget = EnergyBudget(joules: settings.energyBudget, grams: settings.carbonBudget)
    }

    /// When it began.
    var started: Timestamp { start.at }

    /// Whether a forecast of the grid is asked for, without which no study waits for its hour.
    var seesForecast: Bool { carbon.cache.needsRefresh }

    /// The accounts, whose first span is what starting up cost.
    ///
    /// - Parameters:
    ///   - worker: the worker's slot.
    ///   - blankCost: what a run on blank images cost.
    func accounts(
        _ settings: Settings, worker: String, blankCost: StudyCost, clock: any VigilClock
    ) -> EnergyAccounts {
        EnergyAccounts(
            meter: meter, worker: worker,
            window: EnergyWindow(
                studiesMin: settings.energyStudiesMin, calibration: blankCost),
            length: settings.energyInterval, start: start, carbon: carbon, clock: clock)
    }

    /// Which studies wait for a cleaner hour or for another day.
    func deferrer(_ settings: Settings) -> Deferrer {
        Deferrer(
            topic: DeferralTopic(input: settings.topicsInput),
            waitsForHours: settings.carbonDefer, budget: budget, intensity: carbon.cache)
    }

    /// The threads that ask slow sources of power and of the grid's intensity.
    private static func refreshers(
        _ meter: any EnergyMeter, _ carbon: CarbonAccount
    ) throws -> [PeriodicThread] {
        var threads: [PeriodicThread] = []
        if let period = meter.refreshPeriod {
            threads.append(try PeriodicThread(every: period) { meter.refresh() })
        }
        if carbon.cache.needsRefresh {
            threads.append(
                try PeriodicThread(every: carbon.refreshPeriod) { carbon.cache.refresh() })
        }
        return threads
    }
}
