internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// A network of IP addresses, such as `10.1.0.0/16`.
package struct IPNetwork: Sendable, Hashable {
    private let bytes: [UInt8]
    private let bits: Int

    /// Nil for what is no address with the number of its leading bits, or has bits behind them.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Self.address(String(parts[0])),
            let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits),
            String(bits) == parts[1]
        else { return nil }
        (self.bytes, self.bits) = (bytes, bits)
        guard Self.masked(bytes, to: bits) == bytes else { return nil }
    }

    /// Whether an address of 4 or 16 bytes lies in it.
    package func contains(_ address: [UInt8]) -> Bool {
        address.count == bytes.count && Self.masked(address, to: bits) == bytes
    }

    private static func masked(_ bytes: [UInt8], to bits: Int) -> [UInt8] {
        bytes.indices.map { index in
            let kept = min(max(bits - index * 8, 0), 8)
            return bytes[index] & UInt8(truncatingIfNeeded: 0xff00 >> kept)
        }
    }

    private static func address(_ text: String) -> [UInt8]? {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four, Array.init) }
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: six, Array.init) }
        return nil
    }
}

/// Which addresses a request may be sent to, whatever a name resolves to at that moment: those of
/// listed networks, and such as are of the public internet.
package struct AddressRules: Sendable {
    private let listed: [IPNetwork]

    /// - Parameter listed: networks that may be reached although they are not public.
    package init(listed: [IPNetwork]) { self.listed = listed }

    /// Whether an address of 4 or 16 bytes may be reached.
    package func allow(_ address: [UInt8]) -> Bool {
        // An IPv4 address in IPv6's writing (RFC 4291, section 2.5.5.2) is that address.
        if address.count == 16, address.starts(with: Self.mapped) {
            return allow(Array(address.suffix(4)))
        }
        return listed.contains { $0.contains(address) }
            || Self.publicNetworks.contains { $0.contains(address) }
                && !Self.specialNetworks.contains { $0.contains(address) }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]

    /// Of IPv6, what IANA gives out (2000::/3, RFC 4291); of IPv4 all.
    private static let publicNetworks = ["0.0.0.0/0", "2000::/3"].compactMap { IPNetwork($0) }

    /// IANA's registries of special-purpose addresses (RFC 6890) as of 2026, multicast (RFC 5771)
    /// and the ways into other networks that addresses of 2000::/3 name (RFC 3056, RFC 4380).
    private static let specialNetworks = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ].compactMap { IPNetwork($0) }
}

/// Opens the sockets of one request, to allowed addresses alone. libcurl asks it once an address is
/// known, so that no second look-up can give another.
final class SocketGuard: Sendable {
    private let rules: AddressRules
    private let refused = Atomic(false)

    init(_ rules: AddressRules) { self.rules = rules }

    /// Whether an address was refused.
    var hasRefused: Bool { refused.load(ordering: .relaxed) }

    /// A socket for an address, or -1.
    func open(_ family: Int32, _ kind: Int32, _ number: Int32, _ address: [UInt8]) -> Int32 {
        guard rules.allow(address) else {
            refused.store(true, ordering: .relaxed)
            return -1
        }
        return socket(family, kind | Int32(SOCK_CLOEXEC.rawValue), number)
    }
}
