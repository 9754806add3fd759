internal import VigilCore

/// Reads the members of an object that Vigil itself wrote: unknown ones are passed over, `null`
/// counts as absent, and a wrong type is an error that names the member.
struct MemberReader {
    let object: JSONObject

    /// - Parameter name: what to call the value in an error.
    init(_ value: JSONValue?, _ name: StaticString) throws(WireError) {
        guard let object = value?.objectValue else {
            throw .badRecord("\(name) is no object")
        }
        self.object = object
    }

    func optional<Value>(
        _ name: StaticString, _ convert: (JSONValue) -> Value?
    ) throws(WireError) -> Value? {
        guard let value = object[name.description], !value.isNull else { return nil }
        guard let converted = convert(value) else { throw .badRecord("\(name) is malformed") }
        return converted
    }

    func required<Value>(
        _ name: StaticString, _ convert: (JSONValue) -> Value?
    ) throws(WireError) -> Value {
        guard let value = try optional(name, convert) else {
            throw .badRecord("\(name) is missing")
        }
        return value
    }

    /// The object under a name, or nil.
    func member<Value>(
        _ name: StaticString, _ read: (MemberReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        guard let value = object[name.description], !value.isNull else { return nil }
        return try read(try MemberReader(value, name))
    }

    /// The object under a name that must be there.
    func requiredMember(_ name: StaticString) throws(WireError) -> MemberReader {
        guard let value = object[name.description] else {
            throw .badRecord("\(name) is missing")
        }
        return try MemberReader(value, name)
    }

    /// The elements of an array, each read as an object; none when it is absent.
    func elements<Value>(
        _ name: StaticString, _ read: (MemberReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        for element in try optional(name, \.arrayValue) ?? [] {
            values.append(try read(try MemberReader(element, name)))
        }
        return values
    }
}
