extension SettingKey {
    /// Settings of triage, privacy and telemetry.
    var operationDefinition: SettingDefinition {
        switch self {
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
                self, .text(bytesMax: 64), .text("127.0.0.1"),
                "The IP address to listen on.")
        case .httpPort:
            .init(
                self, .integer(0...65_535), .integer(0),
                """
                The TCP port to listen on; 0 picks a free one, which the event endpoint_listening \
                names.
                """)
        default:  // .logLevel
            .init(
                .logLevel, .choice(["debug", "info", "warning", "error"]), .text("info"),
                "The least important log lines that are written.")
        }
    }

    private func deadline(_ standard: Int) -> SettingDefinition {
        .init(
            self, .integer(1...604_800_000), .integer(standard), unit: "ms",
            "How soon after its event a study ordered with this priority should have its finding.")
    }
}
