package import KafkaTransport
package import Settings
package import Telemetry
internal import VigilCore
internal import WorkerCore

/// What of a worker's settings is allowed and doubtful, as it is told at the start.
package enum StartWarnings {
    /// Of the library that speaks to Kafka.
    package static func of(_ kafka: KafkaConfiguration) -> [SettingWarning] {
        LibraryCapabilities.loaded.warnings(for: kafka).map {
            SettingWarning(setting: "librdkafka", what: $0, remedy: "Load a newer one")
        }
    }

    /// Of the key of pseudonyms.
    ///
    /// - Parameter isKeyPublic: whether pseudonyms are made with the key that everybody knows.
    package static func of(isKeyPublic: Bool) -> [SettingWarning] {
        guard isKeyPublic else { return [] }
        return [
            SettingWarning(
                setting: "privacy.pseudonym-key-file",
                what: "pseudonyms are made with a key that everybody knows",
                remedy: "Write 32 random bytes to a file and name it in this setting")
        ]
    }

    /// Of settings among each other.
    ///
    /// - Parameter seesForecast: whether a forecast of the grid's intensity is asked for.
    package static func of(
        _ settings: Settings, _ kafka: KafkaConfiguration, seesForecast: Bool
    ) -> [SettingWarning] {
        var warnings: [SettingWarning] = []
        if settings.retryAttemptsMax == 1, settings.topicsRetryCount == 0 {
            warnings.append(
                SettingWarning(
                    setting: "retry.attempts-max",
                    what: "a study whose file comes a moment late is a dead letter at once",
                    remedy: "Allow attempts, or retry topics by topics.retry-count"))
        }
        if let warning = StudyPlacement.warning(settings, kafka) { warnings.append(warning) }
        if settings.carbonDefer, !seesForecast {
            warnings.append(
                SettingWarning(
                    setting: "carbon.defer", what: "no study waits without a forecast of the grid",
                    remedy: "Set carbon.intensity-file or carbon.intensity-url"))
        }
        return warnings
    }
}
