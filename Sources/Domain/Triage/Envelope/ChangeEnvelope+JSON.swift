package import VigilCore

extension ChangeEnvelope {
    /// What is signed.
    package var json: JSONValue {
        var object = JSONObject()
        object["schema"] = .string(Self.schema)
        object["site"] = site.map { .string($0) }
        object["made_at"] = .string(validity.made.description)
        object["expires_at"] = .string(validity.expires.description)
        object["models"] = .array(models.map(\.json))
        object["policies"] = policies.map(Self.list)
        object["thresholds"] = .array(
            thresholds.map {
                ["code": .string($0.code), "least": .number($0.least), "most": .number($0.most)]
            })
        object["measures"] = .array(
            measures.map {
                [
                    "code": .string($0.code), "measure": .string($0.name),
                    "least": .number($0.least),
                ]
            })
        return .object(object)
    }

    fileprivate static func list(_ digests: [Digest]) -> JSONValue {
        .array(digests.map { .string($0.hex) })
    }
}

extension ChangeEnvelope.Model {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["name"] = .string(name)
        object["digest"] = .string(scorer.model.hex)
        object["preprocessing"] = .string(scorer.preprocessing.hex)
        object["adapters"] = ChangeEnvelope.list(scorer.adapters)
        object["precisions"] = .array(precisions.map { .string($0) })
        object["calibrations"] = calibrations.map(ChangeEnvelope.list)
        object["evaluation"] = evaluation.json
        return .object(object)
    }
}

extension ChangeEnvelope.Evaluation {
    /// As an envelope holds it.
    package var json: JSONValue {
        [
            "digest": .string(digest.hex),
            "measures": .array(
                measures.map {
                    [
                        "code": .string($0.code), "measure": .string($0.name),
                        "value": .number($0.value), "low": .number($0.low),
                        "high": .number($0.high),
                    ]
                }),
        ]
    }
}
