internal import HL7
internal import HTTPClient
internal import Settings
internal import VigilCore

/// The kinds of roles that there are; each has a file in `Roles`.
enum RoleKind: String, Sendable, CaseIterable, SafeToLog {
    case fhirDeliver = "fhir-deliver"
    case hl7Deliver = "hl7-deliver"
    case srDeliver = "sr-deliver"
    case dicomListen = "dicom-listen"
    case hl7Listen = "hl7-listen"

    /// Whether it points at the study's images, so that the headers of all must be known.
    var pointsAtImages: Bool { self == .srDeliver }
    /// Whether it gives findings on, and has a group; the others take in what is sent to them.
    var delivers: Bool { self != .dicomListen && self != .hl7Listen }
}

/// One line of `roles`.
struct RoleSettings: Sendable {
    /// Names the role in metrics and in its consumer group.
    let name: SafeText
    let kind: RoleKind
    let endpoint: RoleEndpoint
    /// For one attempt.
    let timeout: Duration
    let trust: PeerTrust
    /// Lines of headers, a file that its owner alone may read; nil: none.
    let headerFile: String?
    /// The URI of the site's patient numbers.
    let patientSystem: String
    let sites: HL7Sites
    /// What DICOM calls this side.
    let callingTitle: String
    /// What a role that listens for DICOM does with what comes; nil of the others.
    let listening: ListenSettings?
    /// The same of one that listens for HL7.
    let messages: MessageSettings?

    private static let common = ["name", "kind", "endpoint", "timeout"] + TrustFiles.names
    private static let ofFHIR = ["patient-system", "header-file"]
    private static let ofHL7 = [
        "sending-application", "sending-facility", "receiving-application", "receiving-facility",
        "acknowledgement",
    ]
    private static let ofDICOM = ["calling-title"]

    init(_ node: YamlNode) throws(SectionError) {
        let all = try SectionReader(
            node, names: Self.common + RoleKind.allCases.flatMap(Self.names), at: node.place.text)
        guard let kind = RoleKind(rawValue: try all.required("kind")) else {
            throw all.refused(
                "kind",
                SafeText(
                    operatorProvided: RoleKind.allCases.map(\.rawValue).joined(separator: " or ")))
        }
        let isFHIR = kind == .fhirDeliver
        let role = try SectionReader(
            node, names: Self.common + Self.names(of: kind), at: node.place.text)
        self.kind = kind
        name = try Self.name(role)
        endpoint = try RoleEndpoint(try role.required("endpoint"), of: kind, in: role)
        timeout = try role.seconds("timeout", in: 0.1...120) ?? .seconds(10)
        let files = try TrustFiles(role)
        trust = PeerTrust(
            authorities: files.authorities, certificate: files.certificate, key: files.key)
        headerFile = try role.text("header-file")
        if headerFile != nil, !endpoint.keepsSecrets {
            throw role.refused("endpoint", "https://, since headers of a file go with it")
        }
        patientSystem = isFHIR ? try role.required("patient-system") : ""
        if isFHIR, !patientSystem.contains(":") || patientSystem.contains(" ") {
            throw role.refused("patient-system", "a URI, such as urn:oid:1.2.3")
        }
        sites = try Self.sites(role)
        callingTitle = try role.text("calling-title") ?? "VIGIL"
        guard DicomPlace.isTitle(callingTitle) else {
            throw role.refused("calling-title", "a title of 1 to 16 characters")
        }
        if case .dicom(let place) = endpoint, place.usesTLS {
            guard trust.authorities != nil else { throw .missing("ca-file", at: role.place) }
            guard kind != .dicomListen || trust.key != nil else {
                throw .missing("certificate-file and key-file", at: role.place)
            }
        }
        listening = kind == .dicomListen ? try ListenSettings(role) : nil
        messages =
            kind == .hl7Listen
            ? try MessageSettings(role, at: endpoint, hasIdentity: trust.key != nil) : nil
    }

    private static func names(of kind: RoleKind) -> [String] {
        switch kind {
        case .fhirDeliver: ofFHIR
        case .hl7Deliver: ofHL7
        case .srDeliver: ofDICOM
        case .dicomListen: ListenSettings.names
        case .hl7Listen: MessageSettings.names
        }
    }

    private static func name(_ role: SectionReader) throws(SectionError) -> SafeText {
        let name = try role.required("name")
        let isWord =
            name.utf8.count <= 64
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d
            }
        guard isWord else {
            throw role.refused("name", "at most 64 small letters, digits and hyphens")
        }
        return SafeText(operatorProvided: name)
    }

    private static func sites(_ role: SectionReader) throws(SectionError) -> HL7Sites {
        var sites = HL7Sites()
        sites.sendingApplication = try role.text("sending-application") ?? sites.sendingApplication
        sites.sendingFacility = try role.text("sending-facility") ?? ""
        sites.receivingApplication = try role.text("receiving-application") ?? ""
        sites.receivingFacility = try role.text("receiving-facility") ?? ""
        switch try role.text("acknowledgement") ?? "application" {
        case "application": sites.wantsCommit = false
        case "commit": sites.wantsCommit = true
        default: throw role.refused("acknowledgement", "application or commit")
        }
        return sites
    }
}
