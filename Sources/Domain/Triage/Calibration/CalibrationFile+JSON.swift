package import VigilCore

extension CalibrationFile {
    /// What is signed.
    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = .string(Self.schema)
        object["site"] = .string(site)
        object["population"] = .string(population)
        object["made_at"] = .string(validity.made.description)
        object["expires_at"] = .string(validity.expires.description)
        object["model"] = scorer.json
        object["rules"] = .string(rules)
        object["promise"] = [
            "delta": .number(promise.delta),
            "scope": .string(promise.isJoint ? "joint" : "finding"),
            "sequences": .integer(Int64(promise.sequences)),
            "coverage_floor": .number(promise.coverageFloor),
        ]
        object["counts"] = [
            "studies": .integer(Int64(counts.studies)),
            "patients": .integer(Int64(counts.patients)),
            "unscored": .integer(Int64(counts.unscored)),
        ]
        object["by"] = .array(columns.map { .string($0) })
        object["strata"] = .array(strata.map(\.json))
        object["findings"] = .array(findings.map(\.json))
        return .object(object)
    }
}

extension ScoringModel {
    fileprivate var json: JSONValue {
        [
            "digest": .string(model.hex), "preprocessing": .string(preprocessing.hex),
            "adapters": .array(adapters.map { .string($0.hex) }),
        ]
    }
}

extension CalibrationFile.Stratum {
    fileprivate var json: JSONValue {
        ["values": .array(values.map { .string($0) }), "studies": .integer(Int64(studies))]
    }
}

extension CalibratedFinding {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["code"] = .string(code)
        object["head"] = head.map { .string($0) }
        object["map"] = map.json
        object["log_loss"] = ["before": .number(loss.before), "after": .number(loss.after)]
        object["rules"] = .array(rules.map(\.json))
        return .object(object)
    }
}

extension ProbabilityMap {
    fileprivate var json: JSONValue {
        switch self {
        case .none: ["method": "none"]
        case .temperature(let value): ["method": "temperature", "temperature": .number(value)]
        case .beta(let a, let b, let c):
            ["method": "beta", "a": .number(a), "b": .number(b), "c": .number(c)]
        }
    }
}

extension StratumRule {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["stratum"] = stratum.map { .integer(Int64($0)) }
        object["not_flagged"] = clearing.json
        object["flagged"] = flagging.json
        object["positives"] = positives.json
        object["negatives"] = negatives.json
        object["coverage"] = .number(coverage)
        object["abstention_rate"] = .number(abstentionRate)
        object["missed"] = [
            "share": .number(missed), "abstained_as_missed": .number(missedOrAbstained),
            "abstained_left_out": .number(missedOfAnswered),
        ]
        return .object(object)
    }
}

extension StratumRule.Clearing {
    fileprivate var json: JSONValue {
        switch self {
        case .refused(let reason): return ["refused": .string(reason.rawValue)]
        case .below(let threshold, let proof):
            var object = JSONObject()
            object["below"] = .shortest(threshold)
            proof.write(risk: "fnr", to: &object)
            return .object(object)
        }
    }
}

extension StratumRule.Flagging {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["from"] = .shortest(from)
        object["by"] = .string(by.rawValue)
        object["refused"] = refusal.map { .string($0.rawValue) }
        proof?.write(risk: "fpr", to: &object)
        return .object(object)
    }
}

extension StratumRule.Answers {
    fileprivate var json: JSONValue {
        [
            "flagged": .integer(Int64(flagged)), "not_flagged": .integer(Int64(notFlagged)),
            "abstained": .integer(Int64(abstained)),
        ]
    }
}

extension RiskProof {
    fileprivate func write(risk: String, to object: inout JSONObject) {
        object["risk"] = .string(risk)
        object["alpha"] = .number(claim.alpha)
        object["delta"] = .number(claim.delta)
        object["studies"] = .integer(Int64(count))
        object["lost"] = .integer(Int64(losses))
        object["p_value"] = .number(pValue)
    }
}

extension JSONValue {
    /// A float with no more digits than tell it from its neighbours.
    fileprivate static func shortest(_ value: Float) -> JSONValue {
        .number(Double("\(value)") ?? Double(value))
    }
}
