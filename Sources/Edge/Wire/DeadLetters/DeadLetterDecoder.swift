package import VigilCore

/// Reads dead letters, for tools and tests.
package enum DeadLetterDecoder {
    /// What the newest failure's headers say.
    package static func decode(_ record: InboundRecord) throws(WireError) -> DeadLetter {
        var object = JSONObject()
        for header in DeadLetterHeader.allCases {
            guard
                let value = record.headers.last(where: { $0.name == header.rawValue })?.value
            else { continue }
            switch header {
            case .springPartition, .springOffset, .springTimestamp:
                object[header.rawValue] = number(value).map { .integer($0) }
            default:
                guard let text = String(validating: value, as: UTF8.self) else {
                    throw .badRecord("a header is not UTF-8 text")
                }
                object[header.rawValue] = .string(text)
            }
        }
        return try DeadLetter(json: .object(object))
    }

    /// A big-endian integer of four or eight bytes.
    private static func number(_ bytes: [UInt8]) -> Int64? {
        switch bytes.count {
        case 4: Int64(Int32(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
        case 8: Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
        default: nil
        }
    }
}
