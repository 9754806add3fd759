internal import VigilCore

/// What the readers of Vigil's own records share.
enum RecordReading {
    /// A finding of a study with 10,000 instances has about 5 MB.
    static let limits = JSONLimits(bytes: 16 << 20, depth: 64, values: 2_000_000)

    /// The JSON of a value.
    static func json(
        _ value: [UInt8]?, within limits: JSONLimits = limits
    ) throws(WireError) -> JSONValue {
        guard let value else { throw .tombstone }
        do {
            return try JSONParser.parse(value, limits: limits)
        } catch {
            throw .notJSON(error)
        }
    }

    /// Refuses a record whose `ce_type` names another major version.
    static func checkMajor(
        of headers: [RecordHeader], in supported: ClosedRange<Int>
    ) throws(WireError) {
        guard let value = headers.last(where: { $0.name == "ce_type" })?.value else { return }
        let type = String(decoding: value, as: UTF8.self)
        guard supported.contains(WireNames.major(of: type) ?? supported.upperBound) else {
            throw .unknownVersion(supported: supported.upperBound)
        }
    }
}
