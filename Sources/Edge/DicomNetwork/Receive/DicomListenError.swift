internal import CDicomNetwork
package import VigilCore

/// Why nobody can be listened for.
package enum DicomListenError: VigilError, Hashable {
    /// The address is none of this machine's, or its port is taken.
    case address
    /// A certificate or key cannot be used.
    case security
    /// The system has no socket or memory left.
    case system

    static func check(_ outcome: Int32) throws(DicomListenError) {
        switch UInt32(bitPattern: outcome) {
        case VIGIL_LISTEN_OPEN.rawValue: return
        case VIGIL_LISTEN_ADDRESS.rawValue: throw .address
        case VIGIL_LISTEN_SECURITY.rawValue: throw .security
        default: throw .system
        }
    }

    package var code: SafeText {
        switch self {
        case .address: "dicom_listen_address"
        case .security: "dicom_listen_security"
        case .system: "dicom_listen_system"
        }
    }

    package var what: SafeText {
        switch self {
        case .address: "The address that should be listened on for DICOM cannot be had"
        case .security: "A certificate or key for DICOM over TLS cannot be used"
        case .system: "The system has no socket for DICOM"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .address: "Write an IPv4 address of this machine with a port that is free (ss -ltn)"
        case .security: "See that the files are PEM, belong together and may be read"
        case .system: "See the limits of open files and of memory"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .address, .security: .shutDown(.config)
        case .system: .shutDown(.temporary)
        }
    }
}
