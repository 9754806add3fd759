package import VigilCore

/// What a zero-shot model is asked: findings, each with prompts that say it is there and prompts
/// that say it is not. A versioned file with a digest, which every finding carries. It holds words
/// alone: from which probability on a finding counts and how urgent it is says triage.
package struct PromptSet: Sendable, Hashable {
    /// The file in a model's folder.
    package static let fileName = "prompts.json"
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.prompts/2"
    /// Members of a finding that would be rules, as version 1 had them.
    static let rules = ["acuity", "priority", "threshold"]
    /// The most findings of a set.
    package static let findingLimit = 512
    /// The most prompts of a finding on either side.
    package static let promptLimit = 64
    /// The longest prompt, label or name, in bytes.
    package static let textLimit = 2_000

    /// One finding.
    package struct Finding: Sendable, Hashable {
        /// A stable name in snake case.
        package let code: String
        /// The finding's name for a person.
        package let label: String
        /// Prompts that say it is there; their embeddings are averaged.
        package let positive: [String]
        /// Prompts that say it is not there.
        package let negative: [String]

        /// Takes all parts.
        package init(code: String, label: String, positive: [String], negative: [String]) {
            self.code = code
            self.label = label
            self.positive = positive
            self.negative = negative
        }
    }

    /// A short name, such as `chest-xray`.
    package let name: String
    /// The version that its author gave; the digest tells contents apart, whatever it says.
    package let version: String
    /// The factor on cosines; nil: the model's own. CheXzero's published scores use 1.
    package let logitScale: Double?
    package let findings: [Finding]

    /// Takes all parts.
    package init(name: String, version: String, logitScale: Double?, findings: [Finding]) {
        self.name = name
        self.version = version
        self.logitScale = logitScale
        self.findings = findings
    }

    /// SHA-256 of the set as JSON with names in order and without spaces: a file's layout does not
    /// matter, its content does.
    package var digest: Digest { Digest(of: JSONWriter.bytes(json, order: .sorted)) }

    /// All prompts in order: each finding's positive, then its negative ones.
    package var prompts: [String] { findings.flatMap { $0.positive + $0.negative } }
}

extension PromptSet {
    /// The set as JSON.
    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "name": .string(name), "version": .string(version),
            "logitScale": logitScale.map { .number($0) } ?? .null,
            "findings": .array(
                findings.map { finding in
                    [
                        "code": .string(finding.code), "label": .string(finding.label),
                        "positive": .array(finding.positive.map { .string($0) }),
                        "negative": .array(finding.negative.map { .string($0) }),
                    ]
                }),
        ]
    }

    /// Reads a set.
    /// - Parameter file: the file's name, for the error's text.
    package init(json bytes: [UInt8], file: SafeText) throws(ModelError) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(bytes) } catch {
            throw .badPrompts(file: file, reason: error.what)
        }
        let findings = json["findings"]?.arrayValue ?? []
        for (index, finding) in findings.enumerated() {
            // A rule that nobody obeys would be worse than none.
            if let rule = Self.rules.first(where: { finding[$0] != nil }) {
                throw .rulesAmongPrompts(
                    file: file, finding: index + 1, member: SafeText(fixedMessage: rule))
            }
        }
        guard json["schema"]?.stringValue == Self.schema else {
            throw .badPrompts(file: file, reason: "schema is not vigil.prompts/2")
        }
        guard (1...Self.findingLimit).contains(findings.count) else {
            throw .badPrompts(file: file, reason: "it has not 1…\(Self.findingLimit) findings")
        }
        var read: [Finding] = []
        var codes: Set<String> = []
        for (index, finding) in findings.enumerated() {
            guard let finding = Self.finding(finding) else {
                throw .badPrompts(
                    file: file,
                    reason: "finding \(index + 1) lacks a code, label or its prompts")
            }
            guard codes.insert(finding.code).inserted else {
                throw .badPrompts(
                    file: file, reason: "finding \(index + 1) has the code of another")
            }
            read.append(finding)
        }
        let scale = json["logitScale"]?.doubleValue
        guard scale.map({ $0 > 0 && $0 <= 1000 }) ?? true,
            let name = json["name"]?.stringValue, let version = json["version"]?.stringValue,
            max(name.utf8.count, version.utf8.count) <= Self.textLimit
        else { throw .badPrompts(file: file, reason: "name, version or logitScale is wrong") }
        self.init(name: name, version: version, logitScale: scale, findings: read)
    }

    private static func finding(_ json: JSONValue) -> Finding? {
        guard let code = json["code"]?.stringValue, isCode(code),
            let label = json["label"]?.stringValue, label.utf8.count <= textLimit,
            let positive = prompts(json["positive"]), let negative = prompts(json["negative"])
        else { return nil }
        return Finding(code: code, label: label, positive: positive, negative: negative)
    }

    private static func prompts(_ json: JSONValue?) -> [String]? {
        let texts = (json?.arrayValue ?? []).compactMap(\.stringValue)
        guard (1...promptLimit).contains(texts.count), texts.count == json?.arrayValue?.count,
            texts.allSatisfy({ $0.utf8.count <= textLimit })
        else { return nil }
        return texts
    }

    /// Whether a text is in snake case: a finding's code.
    package static func isCode(_ text: String) -> Bool { FindingCode.isCode(text) }
}
