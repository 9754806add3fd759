internal import HTTPClient
internal import Settings
internal import VigilCore

/// Where a role's counterpart is.
enum RoleEndpoint: Sendable, Equatable {
    /// The base address of a FHIR server, without a slash at its end.
    case http(String)
    case mllp(host: String, port: Int, usesTLS: Bool)
    case dicom(DicomPlace)

    init(_ text: String, of kind: RoleKind, in role: SectionReader) throws(SectionError) {
        switch kind {
        case .fhirDeliver:
            guard text.hasPrefix("http://") || text.hasPrefix("https://"), text.utf8.count > 8,
                !text.contains(where: { " ?#@".contains($0) })
            else { throw role.refused("endpoint", "https://HOST/BASE without ?, # and password") }
            self = .http(text.hasSuffix("/") ? String(text.dropLast()) : text)
        case .hl7Deliver, .hl7Listen:
            guard let (host, port, usesTLS) = Self.mllp(text) else {
                throw role.refused("endpoint", "mllp://HOST:PORT, or mllps://HOST:PORT for TLS")
            }
            self = .mllp(host: host, port: port, usesTLS: usesTLS)
        case .srDeliver, .dicomListen:
            guard let place = DicomPlace(text) else {
                throw role.refused(
                    "endpoint", "dicom://HOST:PORT/TITLE, or dicoms://HOST:PORT/TITLE for TLS")
            }
            self = .dicom(place)
        }
    }

    /// Whether headers that are secrets may go there.
    var keepsSecrets: Bool {
        guard case .http(let base) = self else { return false }
        return HTTPClient.keepsSecrets(base, headers: ["authorization: x"])
    }

    private static func mllp(_ text: String) -> (host: String, port: Int, usesTLS: Bool)? {
        let scheme = ["mllp://", "mllps://"].first { text.hasPrefix($0) }
        guard let scheme, let colon = text.lastIndex(of: ":") else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard colon >= rest.startIndex, let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        let host = String(rest[..<colon])
        return isHost(host) ? (host, port, scheme == "mllps://") : nil
    }

    /// Whether a text may be a name or an address.
    static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte) || ".-_[]:".utf8.contains(byte)
            }
    }
}
