import Quality
import VigilCore
import Wire

/// Records of findings and of feedback as they are read, joined, and what of them cannot be read.
struct QualityReading {
    /// What a topic's records came to.
    struct Tally {
        var read = 0
        /// Those that cannot be read, by the error's code.
        var refused: [String: Int] = [:]
    }

    /// The topics that are read.
    let topics: [String]
    private(set) var truth: LateTruth
    private(set) var findings = Tally()
    private(set) var feedback = Tally()

    /// - Parameter fields: what the site says of its studies itself.
    init(findings: String, feedback: String, fields: StudyFields) {
        topics = [findings, feedback]
        truth = LateTruth(fields: fields)
    }

    /// Takes a record of either topic in.
    mutating func take(_ record: InboundRecord) {
        if record.position.topic == topics[0] {
            takeFinding(record)
        } else {
            takeFeedback(record)
        }
    }

    private mutating func takeFeedback(_ record: InboundRecord) {
        feedback.read += 1
        do throws(WireError) {
            truth.take(try FeedbackDecoder.decode(record))
        } catch {
            feedback.refused[error.code.text, default: 0] += 1
        }
    }

    /// A record that cannot be read takes the place of what was said before of the study that it
    /// is keyed by: whether that still stands nobody knows.
    private mutating func takeFinding(_ record: InboundRecord) {
        findings.read += 1
        guard let key = record.key, let study = Pseudonym(hex: String(decoding: key, as: UTF8.self))
        else {
            findings.refused["no_study", default: 0] += 1
            return
        }
        var content = LateTruth.Content.gone
        if record.value != nil {
            do throws(WireError) {
                content = try Self.content(record, of: study)
            } catch {
                content = Self.lowered(record, of: study)
                findings.refused[error.code.text, default: 0] += 1
            }
        }
        truth.take(
            content, of: study, at: record.position,
            published: record.timestamp ?? Timestamp(milliseconds: 0))
    }

    private static func content(
        _ record: InboundRecord, of study: Pseudonym
    ) throws(WireError) -> LateTruth.Content {
        let (finding, digest) = try FindingDecoder.decodeNamed(record)
        guard finding.pseudonym == study else { throw .badRecord("the key is not the study's") }
        return .finding(finding, digest)
    }

    /// What a record is that no worker may write.
    private static func lowered(
        _ record: InboundRecord, of study: Pseudonym
    ) -> LateTruth.Content {
        guard let finding = FindingDecoder.lowered(record), finding.pseudonym == study else {
            return .unreadable
        }
        return .lowered(finding)
    }
}
