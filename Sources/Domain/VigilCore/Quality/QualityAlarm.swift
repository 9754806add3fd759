/// That what records of findings tell has changed, as it is published once of a stream.
package struct QualityAlarm: Sendable, Hashable {
    /// Which stream: one quantity of one kind of study.
    package struct Stream: Sendable, Hashable {
        /// Such as `site=north,view=PA,modality=DX,model=m@00112233`; empty: all studies.
        package let group: String
        /// A word in snake case, such as `score`.
        package let quantity: String
        /// The finding's code; nil: of the study.
        package let code: String?

        package init(group: String, quantity: String, code: String?) {
            self.group = group
            self.quantity = quantity
            self.code = code
        }
    }

    /// What was found.
    package struct Evidence: Sendable, Hashable {
        /// The e-value, and what it had to reach; at least 0.
        package let value: Double
        package let bound: Double
        /// The share of false alarms among alarms at most, 0...1.
        package let level: Double
        /// Studies of the stream until then, at least 1.
        package let studies: Int

        package init(value: Double, bound: Double, level: Double, studies: Int) {
            self.value = value
            self.bound = bound
            self.level = level
            self.studies = studies
        }
    }

    /// What has changed.
    package let stream: Stream
    /// How sure it is.
    package let evidence: Evidence
    /// Since when it is so; a guess.
    package let since: Timestamp
    /// The newest study's time when it was found.
    package let at: Timestamp
    /// The calibrations that answered last, of which it may be that they no longer hold.
    package let calibrations: [Digest]

    package init(
        stream: Stream, evidence: Evidence, since: Timestamp, at: Timestamp, calibrations: [Digest]
    ) {
        self.stream = stream
        self.evidence = evidence
        self.since = since
        self.at = at
        self.calibrations = calibrations
    }

    /// The `ce_id`: the same for each alarm of one stream, whoever finds it and however often.
    package static func id(of stream: Stream) -> UUIDv5 {
        UUIDv5(
            namespace: .vigil,
            fields: ["quality-alarm", stream.group, stream.quantity, stream.code ?? ""])
    }
}
