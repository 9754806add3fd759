extension SettingKey {
    /// Settings of draft reports.
    var reportDefinition: SettingDefinition {
        switch self {
        case .reportTemplates:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                The file of the language that draft reports are written in, such as \
                Deploy/reports/en.json.
                """)
        case .reportGenerator:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                The whole path of a site's own program that chooses the sentences of drafts, in \
                a sandbox. What the finding does not say is dropped. Empty: the templates say all.
                """)
        case .reportGeneratorTimeout:
            .init(
                self, .integer(10...60_000), .integer(1000), unit: "ms",
                """
                How long a finding waits for that program, and never beyond its own deadline; \
                later it goes out without a draft.
                """)
        default:  // .reportGeneratorMemory
            .init(
                .reportGeneratorMemory, .integer(16...1_048_576), .integer(2048), unit: "MB",
                "Address space of that program at most.")
        }
    }
}
