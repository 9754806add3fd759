extension SettingKey {
    /// Settings of what is known of patients beside their images.
    var contextDefinition: SettingDefinition {
        switch self {
        case .contextTopic:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The compacted topic of what is known of patients, such as \
                radiology.context.observation.v1. Every worker reads all of it into memory. \
                Empty: nothing is asked of patients.
                """)
        case .contextWeights:
            .init(
                self, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                The file of vigil tune --context: which findings are raised by what is known of \
                the patient, and by how much.
                """)
        case .contextReviseHours:
            .init(
                self, .integer(0...168), .integer(24), unit: "h",
                """
                For how long after a study was there its finding is revised for results that come \
                late, where an answer or a priority changes. 0: never.
                """)
        case .contextReviseMax:
            .init(
                self, .integer(1...65_536), .integer(128), unit: "MB",
                """
                Memory for the findings that may be revised, of all workers' studies; a finding \
                takes some 7 kB. Full, the oldest are revised no more.
                """)
        case .contextPriorsMax:
            .init(
                self, .integer(0...1_000_000), .integer(0),
                """
                Of how many patients earlier studies are kept, to say what has changed since: of \
                each the newest 4, each some 0.85 kB. Every worker reads the topic of findings. \
                0: findings say nothing of earlier studies.
                """)
        case .contextPriorSpread:
            .init(
                self, .number(0...10), .number(0),
                """
                The standard deviation of a finding's log-odds between studies of one unchanged \
                patient, of several findings the greatest: a change is told only where it is \
                beyond that. 0: it is not known, and no change is told.
                """)
        default:  // .contextValuesInRecords
            .init(
                .contextValuesInRecords, .bool, .bool(false),
                """
                Writes the values that were used into the finding's record, which many read. \
                Else the record names where they stand, and a replay needs them to stand there.
                """)
        }
    }
}
