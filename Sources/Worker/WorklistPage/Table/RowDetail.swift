internal import VigilCore

/// What the page shows of a record besides the priorities, as members of JSON. Nothing here is
/// written by the study's sender: no UID, no identity, no source.
enum RowDetail {
    /// No row tells of more answers or reasons; the rest is counted.
    private static let listMax = 64
    /// No text of a record is longer on the page.
    private static let textMax = 300

    /// The members without braces.
    static func members(of finding: Finding) -> [UInt8] {
        var object = JSONObject()
        object["assessed"] = .bool(finding.assessed != nil)
        object["withdrawn"] = .bool(finding.isWithdrawn)
        object["ai"] = finding.priority.ai.map { .string($0.rawValue) }
        object["order_known"] = .bool(finding.priority.order.isKnown)
        object["lowered"] = finding.priority.order.lowered.map(lowered)
        object["deadline"] = finding.run.deadline.map { .integer($0.milliseconds) }
        object["urgency"] = finding.urgency.map(number)
        object["reasons"] = .array(
            finding.reasons.prefix(listMax).map { ["code": text($0.code), "text": text($0.text)] })
        object["answers"] = .array(finding.findings.prefix(listMax).map(answer))
        let untold = max(0, finding.findings.count - listMax)
        if untold > 0 { object["answers_untold"] = .integer(Int64(untold)) }
        object["left_out"] = leftOut(finding.leftOut)
        object["images"] = .integer(Int64(finding.instances.count))
        object["flags"] = .array(
            Set(finding.instances.flatMap(\.flags)).sorted().prefix(listMax).map(text))
        object["model"] = finding.assessed.map { model($0.model) }
        object["uncalibrated"] = .bool(finding.decision.isUncalibrated)
        return Array(JSONWriter.bytes(.object(object)).dropFirst().dropLast())
    }

    private static func text(_ text: String) -> JSONValue { .string(String(text.prefix(textMax))) }

    /// With the fewest digits that read back to the same float.
    private static func number(_ value: Float) -> JSONValue {
        Double("\(value)").map { .number($0) } ?? .null
    }

    /// The source that lowered it stays out: it may name a person.
    private static func lowered(_ lowering: Finding.Lowering) -> JSONValue {
        [
            "from": .string(lowering.from.rawValue), "to": .string(lowering.to.rawValue),
            "reason": text(lowering.reason), "at": .integer(lowering.at.milliseconds),
        ]
    }

    private static func answer(_ result: Finding.Result) -> JSONValue {
        var object = JSONObject()
        object["code"] = .string(result.code)
        object["label"] = text(result.label)
        object["head"] = result.head.map(text)
        object["answer"] = .string(result.answer.word.description)
        if case .abstained(let because) = result.answer {
            object["because"] = .array(because.map { .string($0.rawValue) })
        }
        object["probability"] = result.probability.map(number)
        object["with_context"] = result.fused.map { number($0.score) }
        object["threshold"] = result.threshold.map(number)
        object["calibrated"] = result.calibrated?.probability.map { .number($0) }
        object["stratum"] = result.calibrated?.stratum.map(text)
        object["guarantee"] = result.calibrated?.guarantee.map(guarantee)
        return .object(object)
    }

    private static func guarantee(_ guarantee: Finding.Guarantee) -> JSONValue {
        [
            "risk": .string(guarantee.risk.rawValue), "alpha": .number(guarantee.alpha),
            "delta": .number(guarantee.delta), "studies": .integer(Int64(guarantee.count)),
            "joint": .bool(guarantee.isJoint), "abstention": .number(guarantee.abstentionRate),
        ]
    }

    /// How many instances were left out for each reason.
    private static func leftOut(_ all: [Finding.LeftOut]) -> JSONValue {
        var object = JSONObject()
        for reason in Finding.LeftOut.Reason.allCases {
            let count = all.count { $0.reason == reason }
            if count > 0 { object[reason.rawValue] = .integer(Int64(count)) }
        }
        return .object(object)
    }

    private static func model(_ model: Finding.Model) -> JSONValue {
        [
            "name": text(model.name), "digest": .string(String(model.digest.hex.prefix(12))),
            "validated": .bool(model.isValidated), "use": text(model.intendedUse),
        ]
    }
}
