/// Changes to bytes as a faulty disk, a broken sender or somebody hostile might make them.
package enum ByteMutation {
    /// One change at any place: a byte set, a bit turned, bytes put in, taken out or doubled.
    ///
    /// - Parameters:
    ///   - bytes: What is changed; never empty afterwards.
    ///   - random: The same numbers give the same change.
    package static func change(
        _ bytes: inout [UInt8], _ random: inout some RandomNumberGenerator
    ) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: random.next())) }
        let place = Int(random.next() % UInt64(bytes.count))
        let value = UInt8(truncatingIfNeeded: random.next())
        switch random.next() % 8 {
        case 0, 1: bytes[place] = value
        case 2, 3: bytes[place] ^= 1 << (value % 8)
        case 4: bytes.insert(value, at: place)
        case 5: bytes[place] = value.isMultiple(of: 2) ? 0xFF : 0x7F
        case 6: bytes.removeSubrange(place..<min(place + Int(value % 8) + 1, bytes.count))
        default:
            bytes.insert(
                contentsOf: Array(bytes[place..<min(place + Int(value), bytes.count)]), at: place)
        }
        if bytes.isEmpty { bytes = [value] }
    }

    /// One change near the start, where lengths and kinds stand.
    package static func changeHead(
        _ bytes: inout [UInt8], of length: Int, _ random: inout some RandomNumberGenerator
    ) {
        var head = Array(bytes.prefix(length))
        change(&head, &random)
        bytes.replaceSubrange(..<min(length, bytes.count), with: head)
    }

    /// Cuts the end off anywhere.
    package static func cut(
        _ bytes: inout [UInt8], _ random: inout some RandomNumberGenerator
    ) {
        guard !bytes.isEmpty else { return }
        bytes.removeLast(1 + Int(random.next() % UInt64(bytes.count)))
    }

    /// Puts one of some pieces in at any place, or over what stands there.
    package static func splice(
        _ bytes: inout [UInt8], _ pieces: [[UInt8]], _ random: inout some RandomNumberGenerator
    ) {
        guard !pieces.isEmpty else { return }
        let piece = pieces[Int(random.next() % UInt64(pieces.count))]
        let place = Int(random.next() % UInt64(bytes.count + 1))
        let end = random.next() % 2 == 0 ? place : min(place + piece.count, bytes.count)
        bytes.replaceSubrange(place..<end, with: piece)
    }
}
