extension Finding {
    /// That a calibration did not answer, because an alarm stands against it. Of such results the
    /// record names the calibration and no stratum.
    package struct Alarm: Sendable, Hashable {
        /// Which record of the topic of alarms it was.
        package struct Cause: Sendable, Hashable {
            /// The alarm's id.
            package let id: UUIDv5
            /// Of the record's value.
            package let record: Digest

            /// - Parameters:
            ///   - id: the alarm's.
            ///   - record: of the record's value.
            package init(id: UUIDv5, record: Digest) {
                self.id = id
                self.record = record
            }
        }

        /// Nil: the topic of alarms could not be read, or holds more than is remembered.
        package let cause: Cause?
        /// The calibration that does not answer.
        package let calibration: Digest
        /// Of which finding, as the alarm names it: its code, of a head's `CODE/HEAD`; nil: of all.
        package let finding: String?

        /// Takes all members.
        package init(cause: Cause?, calibration: Digest, finding: String?) {
            self.cause = cause
            self.calibration = calibration
            self.finding = finding
        }

        /// Whether it keeps a calibration from answering for a finding.
        package func concerns(_ calibration: Digest, code: String, head: String?) -> Bool {
            guard calibration == self.calibration else { return false }
            return finding.map { $0 == (head.map { "\(code)/\($0)" } ?? code) } ?? true
        }
    }
}
