internal import VigilCore

/// Shows the table of settings to people and to editors.
package enum SettingsListing {
    /// All settings for a terminal, at most 80 columns: name, variable, default, bounds, meaning.
    package static func text() -> String {
        var out: [String] = []
        for definition in SettingDefinition.all {
            out.append(definition.key.rawValue)
            out += TextWrap.lines(definition.doc.description, indent: 4)
            out += TextWrap.lines("Value: \(values(of: definition))", indent: 4)
            out.append("    Environment: \(definition.key.variable)")
            out.append("")
        }
        out += TextWrap.lines(kafkaDoc)
        return out.joined(separator: "\n") + "\n"
    }

    /// The JSON Schema (2020-12) of a configuration file, for completion and checks in editors.
    package static func jsonSchema() -> String {
        var sections = JSONObject()
        for definition in SettingDefinition.all {
            let name = definition.key.section
            var properties = sections[name]?["properties"]?.objectValue ?? JSONObject()
            let tail = definition.key.rawValue.dropFirst(name.count + 1)
            properties[String(tail)] = schema(of: definition)
            sections[name] = [
                "type": "object", "additionalProperties": false, "properties": .object(properties),
            ]
        }
        let scalar: JSONValue = ["type": ["string", "number", "boolean"]]
        let group: JSONValue = ["type": "object", "additionalProperties": scalar]
        sections["kafka"] = [
            "type": "object", "description": .string(kafkaDoc),
            "properties": ["consumer": group, "producer": group],
            "additionalProperties": scalar,
        ]
        let root: JSONValue = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Configuration of Vigil", "type": "object", "additionalProperties": false,
            "properties": .object(sections),
        ]
        return JSONWriter.text(root) + "\n"
    }

    /// How properties of librdkafka are set.
    static let kafkaDoc = """
        kafka.NAME hands the property NAME to librdkafka as it is, for all clients; \
        kafka.consumer.NAME and kafka.producer.NAME for one of them. \
        Environment: VIGIL_KAFKA__NAME, with underscores for the dots.
        """

    private static func values(of definition: SettingDefinition) -> String {
        let unit = definition.unit.isEmpty ? "" : ", in \(definition.unit)"
        let standard = definition.standard.text
        return definition.type.expectation + unit
            + (standard.isEmpty ? "; not set by default." : "; default \(standard).")
    }

    private static func schema(of definition: SettingDefinition) -> JSONValue {
        var out = JSONObject()
        let unit = definition.unit.isEmpty ? "" : " Unit: \(definition.unit)."
        out["description"] = .string(definition.doc.description + unit)
        switch definition.type {
        case .bool:
            out["type"] = "boolean"
        case .integer(let bounds):
            out["type"] = "integer"
            out["minimum"] = .integer(Int64(bounds.lowerBound))
            out["maximum"] = .integer(Int64(bounds.upperBound))
        case .number(let bounds):
            out["type"] = "number"
            out["minimum"] = .number(bounds.lowerBound)
            out["maximum"] = .number(bounds.upperBound)
        case .text(let bytesMax):
            out["type"] = "string"
            out["maxLength"] = .integer(Int64(bytesMax))
        case .topic(let canBeEmpty):
            out["type"] = "string"
            out["maxLength"] = .integer(Int64(TopicName.lengthMax))
            out["pattern"] = .string("^[A-Za-z0-9._-]\(canBeEmpty ? "*" : "+")$")
        case .url:
            out["type"] = "string"
            out["pattern"] = "^(https?://.+)?$"
        case .address:
            out["type"] = "string"
        case .choice(let words):
            out["enum"] = .array(words.map(JSONValue.string))
        case .list(let countMax):
            out["type"] = "array"
            out["items"] = ["type": "string"]
            out["maxItems"] = .integer(Int64(countMax))
        case .choices(let words):
            out["type"] = "array"
            out["items"] = ["enum": .array(words.map(JSONValue.string))]
        }
        out["default"] = json(definition.standard)
        return .object(out)
    }

    private static func json(_ value: SettingValue) -> JSONValue {
        switch value {
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(Int64(value))
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        case .list(let values): .array(values.map(JSONValue.string))
        }
    }
}
