extension SettingKey {
    /// Settings of what operators stop, and of what alarms do.
    var controlDefinition: SettingDefinition {
        switch self {
        case .controlTopic:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The compacted topic of one partition by which operators stop and run workers, such \
                as vigil.control.v1. Nothing is assessed before it was read to its end, while it \
                cannot be read for 30 s, and where no signed order lets all run. Empty: there is \
                none.
                """)
        case .controlKeys:
            .init(
                self, .list(countMax: 64), .list([]),
                "Public keys (PEM) of those whose orders on control.topic are believed.")
        case .qualityAlarmTopic:
            .init(
                self, .topic(canBeEmpty: true), .text(""),
                """
                The compacted topic of one partition of alarms by which calibrations no longer \
                answer, such as vigil.quality.alarm.v1. Nothing is answered by a calibration \
                before it was read to its end, nor while it cannot be read for 30 s. Empty: no \
                alarm acts.
                """)
        case .qualityAlarmKeys:
            .init(
                self, .list(countMax: 64), .list([]),
                """
                Public keys (PEM) of those whose decisions on quality.alarm-topic clear an alarm.
                """)
        default:  // .controlStopFile
            .init(
                .controlStopFile, .text(bytesMax: SettingType.bytesMax), .text(""),
                """
                A file that stops this worker as long as it is there, whatever it holds: studies \
                are not assessed, and go out at the priority that was ordered.
                """)
        }
    }
}
