extension SettingKey {
    /// Settings of triage, privacy and telemetry.
    var operationDefinition: SettingDefinition {
        switch self {
        case .triagePolicy:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A file of JSON with the site's own thresholds and priorities of findings; vigil \
                triage show prints what holds. Empty: the table that comes with Vigil.
                """)
        case .triageSite:
            .init(
                self, .text(bytesMax: 128), .text(""),
                """
                The site whose studies these are: whose part of the file of triage.policy holds, \
                by its name under sites, and whose calibrations do. Empty: what is said for all.
                """)
        case .triageCalibrations:
            .init(
                self, .list(countMax: 64), .list([]),
                """
                Signed files of vigil calibrate, whose scores answer instead of the policy's: \
                flagged, not flagged or abstained, with what is promised of it. After their \
                expiry all is abstained, and nothing is raised.
                """)
        case .triageCalibrationKeys:
            .init(
                self, .list(countMax: 64), .list([]),
                "Public keys (PEM) of those whose calibrations are believed.")
        case .triageUncalibrated:
            .init(
                self, .choice(["refuse", "legacy"]), .text("refuse"),
                """
                What a worker does with a validated model that has no calibration: refuse the \
                start, or legacy, answer by the thresholds of the policy alone.
                """)
        case .triageDeadlineStat: deadline(60_000)
        case .triageDeadlineUrgent: deadline(600_000)
        case .triageDeadlineAsap: deadline(1_800_000)
        case .triageDeadlineRoutine: deadline(14_400_000)
        case .triageUnvalidatedMayRaise:
            .init(
                self, .bool, .bool(false),
                "Lets a model that is not validated raise a study's priority. For trials only.")
        case .privacyPseudonymKeyFile:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A file of at least 32 random bytes, the key of all pseudonyms. All workers of a \
                group need the same one.
                """)
        case .httpEnabled:
            .init(self, .bool, .bool(true), "Serves /metrics, /live, /ready and /startup.")
        case .httpAddress:
            .init(
                self, .address, .text("127.0.0.1"),
                "The IP address to listen on.")
        case .httpPort:
            .init(
                self, .integer(0...65_535), .integer(0),
                """
                The TCP port to listen on; 0 picks a free one, which the event endpoint_listening \
                names.
                """)
        case .logLevel:
            .init(
                self, .choice(["debug", "info", "warning", "error"]), .text("info"),
                "The least important log lines that are written.")
        default: tracingDefinition
        }
    }

    /// Settings of OpenTelemetry.
    private var tracingDefinition: SettingDefinition {
        switch self {
        case .otlpEndpoint:
            .init(
                self, .url, .text(""),
                """
                Where an OpenTelemetry collector takes OTLP over HTTP, such as \
                http://localhost:4318; spans go to /v1/traces below it and metrics to \
                /v1/metrics. Empty sends none.
                """)
        case .otlpHeadersFile:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                "A file with one header a line, such as a key, to send along.")
        case .otlpSpansMax:
            .init(
                self, .integer(16...1_000_000), .integer(4096),
                "How many spans wait for the collector at most; more are dropped and counted.")
        case .otlpMetricsInterval:
            .init(
                self, .integer(0...86_400), .integer(60), unit: "s",
                """
                How often the collector is sent all metrics, which Prometheus finds at /metrics; 0 \
                sends none.
                """)
        default:  // .otlpTimeout
            .init(
                .otlpTimeout, .integer(10...60_000), .integer(2000), unit: "ms",
                "How long the collector may take over one request. Studies never wait for it.")
        }
    }

    private func deadline(_ standard: Int) -> SettingDefinition {
        .init(
            self, .integer(1...604_800_000), .integer(standard), unit: "ms",
            "How soon after its event a study ordered with this priority should have its finding.")
    }
}
