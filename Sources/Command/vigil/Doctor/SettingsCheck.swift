import Energy
import KafkaTransport
import Pipeline
import Settings
import Telemetry
import VigilCore

/// What settings say among themselves, before anything they name is opened.
enum SettingsCheck: String, DoctorCheck, CaseIterable {
    /// Files and folders that settings name are there, and may be read.
    case paths = "setting-paths"
    /// No secret goes over plain HTTP to another machine.
    case addresses = "plain-addresses"
    /// Nothing is allowed and doubtful.
    case doubts = "settings-doubts"
    /// librdkafka and Vigil take the clients' properties.
    case properties = "client-properties"
    /// The library can do what is configured.
    case library = "client-library"

    func examine(_ worker: DoctorCase) throws -> DoctorVerdict {
        switch self {
        case .paths:
            try SettingPaths.check(worker.settings)
            return .ok("all files and folders that settings name are there")
        case .addresses:
            try PlainAddresses.check(worker.settings)
            return .ok("no secret goes over plain HTTP to another machine")
        case .doubts: return doubts(worker)
        case .properties:
            try worker.kafka.validate(from: worker.settings)
            return .ok("librdkafka takes all properties")
        case .library:
            let warnings = StartWarnings.of(worker.kafka)
            guard warnings.isEmpty else {
                return .warn(warnings.map(\.what).line, warnings.map(\.remedy).line)
            }
            return .ok("librdkafka \(LibraryCapabilities.loaded)")
        }
    }

    private func doubts(_ worker: DoctorCase) -> DoctorVerdict {
        // Where the source cannot be read another check says so.
        let account = try? CarbonAccount(worker.settings)
        let told =
            worker.settings.warnings.map { ("\($0.subject): \($0.what)" as SafeText, $0.remedy) }
            + StartWarnings.of(
                worker.settings, worker.kafka, seesForecast: account?.cache.needsRefresh ?? true
            ).map { ("\($0.setting): \($0.what)", $0.remedy) }
        guard told.isEmpty else { return .warn(told.map(\.0).line, told.map(\.1).line) }
        return .ok("nothing is allowed and doubtful")
    }
}
