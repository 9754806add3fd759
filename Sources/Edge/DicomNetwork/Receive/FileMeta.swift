internal import VigilCore

/// What stands before a data set in a file (PS3.10 7.1). The same object has the same bytes, today
/// and in a later version.
package enum FileMeta {
    /// Vigil's class of implementations, a UUID of its own below 2.25.
    private static let implementation = "2.25.198320327912031243503995073619600063950"

    /// The bytes; nil for names that are no unique identifiers.
    package static func bytes(of object: IncomingObject) -> [UInt8]? {
        let names: [(UInt16, String)] = [
            (0x0002, object.sopClass), (0x0003, object.sopInstance),
            (0x0010, object.transferSyntax), (0x0012, implementation),
        ]
        guard names.allSatisfy({ DicomUID($0.1) != nil }) else { return nil }
        // OB has a length of four bytes behind two that are empty; the value is version 1.
        var group = half(0x0002) + half(0x0001) + Array("OB".utf8) + [0, 0, 2, 0, 0, 0, 0, 1]
        for (number, value) in names {
            var text = Array(value.utf8)
            if !text.count.isMultiple(of: 2) { text.append(0) }
            group += element(number, "UI", text)
        }
        let length = (0..<4).map { UInt8(truncatingIfNeeded: group.count >> (8 * $0)) }
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
            + element(0x0000, "UL", length) + group
    }

    private static func element(_ number: UInt16, _ kind: String, _ value: [UInt8]) -> [UInt8] {
        half(0x0002) + half(number) + Array(kind.utf8) + half(UInt16(value.count)) + value
    }

    private static func half(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
    }
}
