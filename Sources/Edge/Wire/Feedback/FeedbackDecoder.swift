package import VigilCore

/// Reads what persons said of findings. Whoever may write to the topic can have written it.
package enum FeedbackDecoder {
    /// A record has about 400 bytes.
    private static let limits = JSONLimits(bytes: 1 << 16, depth: 8, values: 256)
    /// No code of a finding is longer, in bytes.
    private static let codeMax = 256

    /// The verdict of a record. Of its headers the version alone counts.
    package static func decode(_ record: InboundRecord) throws(WireError) -> FindingVerdict {
        try RecordReading.checkMajor(of: record.headers, in: 1...1)
        let reader = try MemberReader(
            try RecordReading.json(record.value, within: limits), "record")
        let study = try reader.required("study", Member.pseudonym)
        guard record.key == Array(study.safeText.utf8) else {
            throw .badRecord("the key is not the study's")
        }
        let word = try reader.required("verdict") {
            $0.stringValue.flatMap { FindingVerdict.Word(rawValue: $0) }
        }
        let code = try reader.optional("finding") { value in
            value.stringValue.flatMap { (1...codeMax).contains($0.utf8.count) ? $0 : nil }
        }
        guard (code == nil) == (word == .seen) else {
            throw .badRecord("finding does not fit verdict")
        }
        return FindingVerdict(
            study: study, finding: try reader.required("finding_id", Member.uuid),
            revision: try reader.required("revision") {
                $0.outside?.exactly(Int.self)?.within(1...Int(Int32.max))
            },
            record: try reader.required("record_digest", Member.digest), word: word, code: code,
            at: try reader.required("at", Member.time))
    }
}
