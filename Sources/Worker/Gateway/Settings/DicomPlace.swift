/// Where an application entity of DICOM is: `dicom://HOST:PORT/TITLE`, or `dicoms://` for TLS.
struct DicomPlace: Sendable, Equatable {
    let host: String
    let port: UInt16
    /// Its title, 1 to 16 characters.
    let title: String
    let usesTLS: Bool

    /// Nil where the text is none.
    init?(_ text: String) {
        let scheme = ["dicom://", "dicoms://"].first { text.hasPrefix($0) }
        guard let scheme else { return nil }
        let parts = text.dropFirst(scheme.count).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let colon = parts[0].lastIndex(of: ":"),
            let port = UInt16(parts[0][parts[0].index(after: colon)...]), port > 0,
            RoleEndpoint.isHost(parts[0][..<colon]), Self.isTitle(parts[1])
        else { return nil }
        host = String(parts[0][..<colon])
        self.port = port
        title = String(parts[1])
        usesTLS = scheme == "dicoms://"
    }

    /// As it is written in the configuration.
    var text: String { "\(usesTLS ? "dicoms" : "dicom")://\(host):\(port)/\(title)" }

    /// Whether a text may name an application entity (VR AE, PS3.5 6.2).
    static func isTitle(_ text: some StringProtocol) -> Bool {
        (1...16).contains(text.utf8.count) && !text.hasPrefix(" ") && !text.hasSuffix(" ")
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && $0 != 0x5c }
    }
}
