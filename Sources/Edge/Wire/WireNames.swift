/// The names that Vigil's messages carry on the bus.
package enum WireNames {
    /// CloudEvents types; the last part is the major version of the schema.
    package static let studyType = "org.vigil.study.received.v1"
    package static let priorityType = "org.vigil.study.priority.v1"
    package static let findingType = "org.vigil.finding.prioritized.v2"
    package static let revisionType = "org.vigil.finding.revised.v2"
    package static let retractionType = "org.vigil.finding.retracted.v2"
    package static let evidenceType = "org.vigil.finding.explained.v1"
    package static let reportType = "org.vigil.report.drafted.v1"
    package static let energyType = "org.vigil.energy.measured.v1"
    package static let contextType = "org.vigil.context.observation.v1"
    package static let worklistType = "org.vigil.worklist.order.v1"
    package static let unmergedType = "org.vigil.worklist.unmerged.v1"
    package static let recallType = "org.vigil.study.recall.v1"
    package static let auditLeafType = "org.vigil.audit.leaf.v1"
    package static let gatewayDeadLetterType = "org.vigil.gateway.dead-letter.v1"
    package static let feedbackType = "org.vigil.finding.feedback.v1"
    package static let alarmType = "org.vigil.quality.alarm.v1"
    package static let auditCheckpointType = "org.vigil.audit.checkpoint.v1"

    /// Names of the schemas in `Schemas/`, for `ce_dataschema`.
    package static let studySchema = "urn:vigil:schema:study-event:v1"
    package static let findingSchema = "urn:vigil:schema:finding:v2"
    package static let evidenceSchema = "urn:vigil:schema:finding-evidence:v1"
    package static let reportSchema = "urn:vigil:schema:report-draft:v1"
    package static let energySchema = "urn:vigil:schema:energy:v1"
    package static let contextSchema = "urn:vigil:schema:context:v1"
    package static let prioritySchema = "urn:vigil:schema:study-priority:v1"
    package static let worklistSchema = "urn:vigil:schema:worklist-order:v1"
    package static let unmergedSchema = "urn:vigil:schema:worklist-unmerged:v1"
    package static let recallSchema = "urn:vigil:schema:study-recall:v1"
    package static let auditLeafSchema = "urn:vigil:schema:audit-leaf:v1"
    package static let gatewayDeadLetterSchema = "urn:vigil:schema:gateway-dead-letter:v1"
    package static let feedbackSchema = "urn:vigil:schema:finding-feedback:v1"
    package static let alarmSchema = "urn:vigil:schema:quality-alarm:v1"
    package static let auditCheckpointSchema = "urn:vigil:schema:audit-checkpoint:v1"

    /// What the last release wrote, and what a projection still writes for it.
    package static let findingTypeV1 = "org.vigil.finding.prioritized.v1"
    package static let revisionTypeV1 = "org.vigil.finding.revised.v1"
    package static let retractionTypeV1 = "org.vigil.finding.retracted.v1"
    package static let findingSchemaV1 = "urn:vigil:schema:finding:v1"

    /// Topics as they are named unless the settings say otherwise.
    package static let findingTopic = "radiology.finding.prioritized.v2"
    package static let energyTopic = "sustainability.inference.energy.v1"
    package static let contextTopic = "radiology.context.observation.v1"
    package static let worklistTopic = "radiology.worklist.order.v1"
    package static let studyTopic = "radiology.study.received.v1"
    package static let feedbackTopic = "radiology.finding.feedback.v1"
    package static let alarmTopic = "vigil.quality.alarm.v1"
    package static let gatewayDeadLetterTopic = "vigil.gateway.dead-letter.v1"

    /// The CloudEvents source of this worker unless the settings say otherwise.
    package static let workerSource = "urn:vigil:worker"
    /// That of the gateway.
    package static let gatewaySource = "urn:vigil:gateway"
    /// That of the worklist page.
    static let pageSource = "urn:vigil:page"
    /// That of `vigil quality`.
    static let qualitySource = "urn:vigil:quality"

    /// The types and schemas of Vigil's own messages begin with these.
    static let typePrefix = "org.vigil."
    static let contextTypePrefix = "org.vigil.context.observation."
    static let studyTypePrefix = "org.vigil.study."
    static let schemaPrefix = "urn:vigil:schema:"
    static let studyTopicPrefix = "radiology.study.received."

    /// Whether an event changes a study's order and names no images, whatever its version.
    static func isPriorityType(_ type: String) -> Bool {
        type.hasPrefix("org.vigil.study.priority.")
    }

    /// Whether an event recalls what was said of a study, whatever its version.
    static func isRecallType(_ type: String) -> Bool {
        type.hasPrefix("org.vigil.study.recall.")
    }

    /// The number N of a last part `vN`, or nil when the name has no such part. A number beyond 64
    /// bits is told as `Int.max`.
    static func major(of name: String) -> Int? {
        guard let last = name.split(separator: ".", omittingEmptySubsequences: false).last,
            name.utf8.count > last.utf8.count,
            last.first == "v" || last.first == "V", last.utf8.count > 1,
            last.utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(last.dropFirst()) ?? Int.max
    }
}
