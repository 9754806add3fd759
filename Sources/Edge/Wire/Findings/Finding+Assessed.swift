internal import VigilCore

extension Finding.Answer {
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

    private static func abstentions(_ value: JSONValue) -> [Finding.Abstention]? {
        let words = Member.strings(value)
        let known = words?.compactMap { Finding.Abstention(rawValue: $0) }
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

extension Finding.Assessed {
    /// Adds what the top level of a record has of it, but for `findings`.
    func write(into object: inout JSONObject) {
        object.set("validated", model.isValidated)
        object.set("intended_use", text: model.intendedUse)
        object.set("model", .object(model.members))
        object.set("preprocessing_digest", safe: preprocessing)
        object.set("prompt_set_digest", safe: prompts)
        object.set("output_digest", safe: output)
        object.set("numeric_mode", text: numericMode)
        object.set("prior", (prior?.members).map { .object($0) })
    }

    /// - Parameter result: reads one of the findings.
    init(
        reader: MemberReader,
        result: (MemberReader) throws(WireError) -> Finding.Result
    ) throws(WireError) {
        guard reader.object["findings"] != nil else { throw .badRecord("findings is missing") }
        self.init(
            model: try Finding.Model(
                reader: try reader.requiredMember("model"),
                isValidated: try reader.required("validated", Member.bool),
                intendedUse: try reader.required("intended_use", Member.string)),
            preprocessing: try reader.required("preprocessing_digest", Member.digest),
            prompts: try reader.optional("prompt_set_digest", Member.digest),
            output: try reader.required("output_digest", Member.digest),
            numericMode: try reader.required("numeric_mode", Member.string),
            findings: try reader.elements("findings", result))
        prior = try reader.member("prior", Finding.Prior.init(reader:))
    }
}
