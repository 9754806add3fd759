internal import FoundationModel
internal import Synchronization
internal import Telemetry
internal import VigilCore

/// Tells of caches that cannot be kept: in the log once for each, in the metrics each time.
final class CacheFaults: Sendable {
    private let told = Mutex<Set<String>>([])
    private let telemetry: Telemetry

    init(_ telemetry: Telemetry) {
        self.telemetry = telemetry
    }

    func note(_ fault: CacheFault) {
        let isFirst = told.withLock { $0.insert(fault.cache.text).inserted }
        telemetry.emit(
            CacheUnusable(cache: fault.cache, reason: fault.reason, isFirst: isFirst))
    }
}
