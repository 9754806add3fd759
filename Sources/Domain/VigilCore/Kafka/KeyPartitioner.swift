/// How a producer turns a key into a partition, by the hashes that Kafka's clients use.
package enum KeyPartitioner: String, Sendable, Hashable, CaseIterable {
    /// CRC-32 of the key: `consistent` and `consistent_random` of librdkafka, its default, and so
    /// of the clients that are made of it (C, C++, Python, Go, .NET, Node).
    case crc32
    /// MurmurHash2 of the key, without its sign bit: the clients in Java, `murmur2` and
    /// `murmur2_random` of librdkafka.
    case murmur2

    /// The partition of a key among so many; 0 where there are none to choose from.
    package func partition(of key: [UInt8], among count: Int32) -> Int32 {
        guard count > 1 else { return 0 }
        let hash =
            switch self {
            case .crc32: Self.crc32(of: key)
            case .murmur2: Self.murmur2(of: key) & 0x7fff_ffff
            }
        return Int32(hash % UInt32(count))
    }

    /// The CRC-32 of zlib and IEEE 802.3 (`rd_crc32` of librdkafka).
    package static func crc32(of bytes: [UInt8]) -> UInt32 {
        let polynomial: UInt32 = 0xedb8_8320
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? polynomial : 0) }
        }
        return ~crc
    }

    /// The 32-bit MurmurHash2 as Apache Kafka has it (`Utils.murmur2`, seed `0x9747b28c`).
    package static func murmur2(of bytes: [UInt8]) -> UInt32 {
        let (multiplier, shift): (UInt32, UInt32) = (0x5bd1_e995, 24)
        var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        for start in stride(from: 0, to: bytes.count - 3, by: 4) {
            var word = bytes[start..<start + 4].reversed().reduce(UInt32(0)) {
                $0 << 8 | UInt32($1)
            }
            word &*= multiplier
            word ^= word >> shift
            hash = hash &* multiplier ^ word &* multiplier
        }
        let rest = bytes.suffix(bytes.count % 4)
        if !rest.isEmpty {
            hash ^= rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        return hash ^ hash >> 15
    }
}
