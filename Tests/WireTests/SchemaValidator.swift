import VigilCore

/// As much of JSON Schema 2020-12 as the schemas of this tree use. A keyword that it does not know
/// is an error, so that no rule is passed over in silence; `check_schemas.py` asks the reference
/// validator about the same examples.
struct SchemaValidator {
    struct UnknownKeyword: Error { let name: String }

    let root: JSONValue

    private static let annotations: Set<String> = [
        "$schema", "$id", "$defs", "title", "description", "contentEncoding", "contentMediaType",
        "then", "else",
    ]

    /// Whether a value follows the schema at a JSON pointer below the root, such as `#/$defs/time`.
    func accepts(_ value: JSONValue, at reference: String = "#") throws -> Bool {
        try check(value, try resolve(reference))
    }

    private func resolve(_ reference: String) throws -> JSONValue {
        var schema = root
        for part in reference.split(separator: "/").dropFirst() {
            guard let next = schema[String(part)] else { throw UnknownKeyword(name: reference) }
            schema = next
        }
        return schema
    }

    private func check(_ value: JSONValue, _ schema: JSONValue) throws -> Bool {
        // A schema may be a mere word, as in "additionalProperties": false.
        guard schema != .bool(false) else { return false }
        for member in schema.objectValue?.members ?? [] {
            guard try check(value, member.name, member.value, in: schema) else { return false }
        }
        return true
    }

    private func check(
        _ value: JSONValue, _ keyword: String, _ rule: JSONValue, in schema: JSONValue
    ) throws -> Bool {
        switch keyword {
        case "$ref": return try check(value, try resolve(rule.stringValue ?? ""))
        case "type":
            let types = rule.arrayValue ?? [rule]
            return types.contains { Self.hasType(value, $0.stringValue ?? "") }
        case "const": return value == rule
        case "enum": return rule.arrayValue?.contains(value) ?? false
        case "not": return try !check(value, rule)
        case "allOf": return try (rule.arrayValue ?? []).allSatisfy { try check(value, $0) }
        case "anyOf": return try (rule.arrayValue ?? []).contains { try check(value, $0) }
        case "if":
            let branch = schema[try check(value, rule) ? "then" : "else"]
            return try branch.map { try check(value, $0) } ?? true
        case "minimum": return value.doubleValue.map { $0 >= rule.doubleValue ?? 0 } ?? true
        case "maximum": return value.doubleValue.map { $0 <= rule.doubleValue ?? 0 } ?? true
        case "minLength", "maxLength", "pattern": return try checkText(value, keyword, rule)
        case "minItems": return value.arrayValue.map { $0.count >= rule.intValue ?? 0 } ?? true
        case "maxItems": return value.arrayValue.map { $0.count <= rule.intValue ?? 0 } ?? true
        case "items": return try (value.arrayValue ?? []).allSatisfy { try check($0, rule) }
        case "required":
            guard value.objectValue != nil else { return true }
            return (rule.arrayValue ?? []).allSatisfy { value[$0.stringValue ?? ""] != nil }
        case "properties":
            return try (rule.objectValue?.members ?? []).allSatisfy { member in
                try value[member.name].map { try check($0, member.value) } ?? true
            }
        case "additionalProperties":
            return try (value.objectValue?.members ?? []).allSatisfy { member in
                try schema["properties"]?[member.name] != nil || check(member.value, rule)
            }
        default:
            guard Self.annotations.contains(keyword) else { throw UnknownKeyword(name: keyword) }
            return true
        }
    }

    private func checkText(
        _ value: JSONValue, _ keyword: String, _ rule: JSONValue
    ) throws -> Bool {
        guard let text = value.stringValue else { return true }
        switch keyword {
        case "minLength": return text.unicodeScalars.count >= rule.intValue ?? 0
        case "maxLength": return text.unicodeScalars.count <= rule.intValue ?? 0
        default: return try text.firstMatch(of: Regex(rule.stringValue ?? "")) != nil
        }
    }

    private static func hasType(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array),
            ("object", .object), ("number", .integer), ("number", .number),
            ("integer", .integer):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}
