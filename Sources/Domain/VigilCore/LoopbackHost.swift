/// Hosts that are this machine and no other, so that what is sent to them crosses no network.
package enum LoopbackHost {
    /// Whether a host's name or address is certainly this machine: `localhost` (RFC 6761, section
    /// 6.3), `127.0.0.0/8` written as four numbers, or `::1`.
    ///
    /// Other names may resolve to this machine too; nothing is looked up, since an answer could
    /// change between asking and connecting.
    package static func isCertain(_ host: some StringProtocol) -> Bool {
        if host == "::1" || host.lowercased() == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
            }
    }
}
