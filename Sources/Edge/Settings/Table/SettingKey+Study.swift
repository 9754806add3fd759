internal import VigilCore

extension SettingKey {
    /// Settings of what one study may be and take.
    var studyDefinition: SettingDefinition {
        switch self {
        case .studyInstancesMax:
            .init(
                self, .integer(1...10_000), .integer(4096),
                """
                Instances that one study event may name, or one study that comes in parts; a CT \
                has 2,000 and more. A finding lists them in some 250 bytes each, which \
                topics.finding must take (max.message.bytes).
                """)
        case .studyWait:
            .init(
                self, .integer(0...86_400_000), .integer(120_000), unit: "ms",
                """
                How long a study waits for the series and instances that its events say to \
                expect. Then it is read as it is; what comes later makes a revision.
                """)
        case .studyWaitStat:
            .init(
                self, .integer(0...86_400_000), .integer(10_000), unit: "ms",
                "The same for a study ordered as stat.")
        case .studyRememberedMax:
            .init(
                self, .integer(1...10_000_000), .integer(50_000),
                """
                Studies that came in parts of which the worker knows what was said before. A \
                part of a study older than these begins it anew.
                """)
        case .studyImagesMax:
            .init(
                self, .integer(1...1_000_000), .integer(16_384),
                """
                Images that one study may give the model; one with more is given up. Of an \
                instance of many frames, 16 count.
                """)
        case .studyBytesMax:
            .init(
                self, .integer(1...1_000_000), .integer(8192), unit: "MB",
                "Bytes that the files of one study may have; one with more is given up.")
        case .studyReadingMax:
            .init(
                self, .integer(1000...86_400_000), .integer(600_000), unit: "ms",
                """
                How long the files of one study may take to be read and decoded, without the \
                time in which others go first; one that takes longer is given up.
                """)
        case .studyProcessorMax:
            .init(
                self, .integer(1000...86_400_000), .integer(600_000), unit: "ms",
                """
                Processor time that the reading of one study may take; one that takes more is \
                given up.
                """)
        case .studyClockSkewMax:
            .init(
                self, .integer(0...86_400_000), .integer(3_600_000), unit: "ms",
                """
                How far a producer's clock is believed: a record that its producer says to be \
                older counts as that old, and one from the future as new. A time that the broker \
                wrote (LogAppendTime) is believed as it is.
                """)
        case .studyPlacement:
            .init(
                self, .choice(["crc32", "murmur2", "off"]), .text("crc32"),
                """
                Which partition owns a study, so that one worker decides all of it: the one that a \
                sender chooses whose key is the study's UID, by librdkafka's hash (crc32) or that \
                of Java clients (murmur2). Events that stand elsewhere are forwarded once. off \
                forwards nothing; then senders must keep a study's events in one partition.
                """)
        case .gateTakeWithout:
            .init(
                self, .choices(HeaderAttribute.allCases.map(\.rawValue)),
                .list(HeaderAttribute.allCases.filter { $0 != .modality }.map(\.rawValue)),
                """
                Attributes that an object may lack though the model says which of their values it \
                takes (intendedInput of its vigil.json). An object that lacks another one is left \
                out; what contradicts the model always is. PNG and JPEG tell nothing at all.
                """)
        default:  // .memoryStudiesMax
            .init(
                .memoryStudiesMax, .integer(16...1_000_000), .integer(1024), unit: "MB",
                """
                Memory for what is read of studies and has not run: half for images, half for \
                what volumes are made of. Each rank may have one study beyond it.
                """)
        }
    }
}
