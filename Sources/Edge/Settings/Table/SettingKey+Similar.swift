extension SettingKey {
    /// Settings of the index of similar studies.
    var similarDefinition: SettingDefinition {
        switch self {
        case .similarIndex:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A folder of this machine, made for the worker's user alone, where the embeddings \
                of published studies are kept by pseudonym, for vigil similar. Empty: none are.
                """)
        default:  // .similarStudiesMax
            .init(
                .similarStudiesMax, .integer(1...10_000_000), .integer(100_000),
                "Studies that one worker keeps there at most; the oldest makes room.")
        }
    }
}
