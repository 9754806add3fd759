internal import Imaging
internal import Settings
internal import Telemetry
internal import VigilCore

/// All places that events may name instances in: folders of this machine, and archives. Any thread.
package struct InstanceSources: Sendable {
    private let roots: InputRoots
    private let origins: InstanceOrigins

    /// As set, whose trouble the log, the metrics and the probes tell of.
    init(_ settings: Settings, telemetry: Telemetry, health: HealthState) throws {
        roots = try InputRoots(settings, telemetry: telemetry, health: health)
        origins = try InstanceOrigins(settings) { origin, error in
            telemetry.emit(InputOriginChanged(origin: origin, trouble: error?.code))
        }
        for origin in origins.names { telemetry.metrics.set(.inputOriginAway, 0, origin) }
    }

    /// Reads what a URI names. Blocks within the settings' bounds.
    func open(_ uri: String) throws(StageFailure) -> OpenedInput {
        guard uri.lowercased().hasPrefix("https:") else {
            do throws(ImagingError) { return try roots.open(uri) } catch {
                throw StageFailure(.fetch, error)
            }
        }
        do throws(OriginError) { return try origins.open(uri) } catch {
            throw StageFailure(.fetch, error)
        }
    }
}
