package import VigilCore

extension FindingRecord {
    /// What a model said of the images, and by what.
    package struct Assessed: Sendable, Hashable {
        package var model: Model
        /// Digest of the preprocessing manifest.
        package var preprocessing: Digest
        /// Digest of the prompt set; nil without one.
        package var prompts: Digest?
        /// Digest over the bits of the study's embeddings.
        package var output: Digest
        /// How arithmetic was done, such as `fast` or `reproducible`.
        package var numericMode: String
        /// One result a finding of the prompt set, in the order of the set, then the heads'; at
        /// least one.
        package var findings: [Result]

        package init(
            model: Model, preprocessing: Digest, prompts: Digest?, output: Digest,
            numericMode: String, findings: [Result]
        ) {
            self.model = model
            self.preprocessing = preprocessing
            self.prompts = prompts
            self.output = output
            self.numericMode = numericMode
            self.findings = findings
        }
    }

    /// What is said of one finding.
    package enum Answer: Sendable, Hashable {
        /// The probability reaches the operating point.
        case flagged
        case notFlagged
        /// The model does not know; at least one reason.
        case abstained([Abstention])

        /// Whether the model does not know.
        package var isAbstained: Bool {
            if case .abstained = self { true } else { false }
        }

        /// The answer's word in records.
        package var word: StaticString {
            switch self {
            case .flagged: "flagged"
            case .notFlagged: "not_flagged"
            case .abstained: "abstained"
            }
        }
    }

    /// Why nothing is said of a finding.
    package enum Abstention: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case noUsableScore = "no_usable_score"
        case outsideTrainingDomain = "outside_training_domain"
        case uncertain
        case calibrationMissing = "calibration_missing"
        case calibrationExpired = "calibration_expired"
        case calibrationOfAnother = "calibration_of_another"
        case stratumUnknown = "stratum_unknown"
        case tooFewPositives = "too_few_positives"
        case viewUnknown = "view_unknown"
        case contextContradicts = "context_contradicts"
        case stopped
        case outsideEnvelope = "outside_envelope"
    }
}

extension FindingRecord.Answer {
    /// Reads `answer` and `abstained_because` of a result.
    init(reader: MemberReader) throws(WireError) {
        let because = try reader.optional("abstained_because", Self.abstentions)
        switch (try reader.required("answer", Member.string), because) {
        case ("flagged", nil): self = .flagged
        case ("not_flagged", nil): self = .notFlagged
        case ("abstained", let because?) where !because.isEmpty: self = .abstained(because)
        default: throw .badRecord("answer is malformed or does not fit abstained_because")
        }
    }

    private static func abstentions(_ value: JSONValue) -> [FindingRecord.Abstention]? {
        let words = Member.strings(value)
        let known = words?.compactMap { FindingRecord.Abstention(rawValue: $0) }
        return known?.count == words?.count ? known : nil
    }

    /// Adds the answer to a result's members.
    func write(into object: inout JSONObject) {
        object.set("answer", text: word.description)
        if case .abstained(let because) = self {
            object.set("abstained_because", list: because.map(\.json))
        }
    }
}

extension FindingRecord.Assessed {
    /// Adds what the top level of a record has of it, but for `findings`.
    func write(into object: inout JSONObject) {
        object.set("validated", model.isValidated)
        object.set("intended_use", text: model.intendedUse)
        object.set("model", .object(model.members))
        object.set("preprocessing_digest", safe: preprocessing)
        object.set("prompt_set_digest", safe: prompts)
        object.set("output_digest", safe: output)
        object.set("numeric_mode", text: numericMode)
    }

    /// - Parameter result: reads one of the findings.
    init(
        reader: MemberReader,
        result: (MemberReader) throws(WireError) -> FindingRecord.Result
    ) throws(WireError) {
        guard reader.object["findings"] != nil else { throw .badRecord("findings is missing") }
        self.init(
            model: try FindingRecord.Model(
                reader: try reader.requiredMember("model"),
                isValidated: try reader.required("validated", Member.bool),
                intendedUse: try reader.required("intended_use", Member.string)),
            preprocessing: try reader.required("preprocessing_digest", Member.digest),
            prompts: try reader.optional("prompt_set_digest", Member.digest),
            output: try reader.required("output_digest", Member.digest),
            numericMode: try reader.required("numeric_mode", Member.string),
            findings: try reader.elements("findings", result))
    }
}
