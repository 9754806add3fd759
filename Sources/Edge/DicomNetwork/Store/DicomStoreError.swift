internal import CDicomNetwork
package import VigilCore

/// Why an object is not stored at another system.
package enum DicomStoreError: VigilError, Hashable {
    /// No connection or no association in time, or a certificate that is not believed.
    case unreachable
    /// The other side wants no association with us.
    case rejected
    /// It takes no such objects.
    case notAccepted
    /// The association ended, or no answer came in time: the object may be stored or not.
    case broken
    /// The other side has no room, or failed: a DIMSE status.
    case failed(status: Int)
    /// It refuses the object: a DIMSE status.
    case refused(status: Int)
    /// What should be stored is no DICOM object.
    case badFile
    /// A certificate or key cannot be used.
    case security
    case outOfMemory

    /// Statuses of PS3.4 B.2.3 and PS3.7 annex C. A warning says that the object is stored.
    static func check(_ outcome: Int32, _ status: UInt16) throws(DicomStoreError) {
        switch UInt32(bitPattern: outcome) {
        case VIGIL_PEER_ANSWERED.rawValue: break
        case VIGIL_PEER_UNREACHABLE.rawValue: throw .unreachable
        case VIGIL_PEER_REJECTED.rawValue: throw .rejected
        case VIGIL_PEER_NOT_ACCEPTED.rawValue: throw .notAccepted
        case VIGIL_PEER_BAD_FILE.rawValue: throw .badFile
        case VIGIL_PEER_SECURITY.rawValue: throw .security
        case VIGIL_PEER_OUT_OF_MEMORY.rawValue: throw .outOfMemory
        default: throw .broken
        }
        switch status {
        case 0x0000, 0x0001, 0x0107, 0x0116, 0xB000...0xBFFF: return
        // Out of resources, processing failure, resource limitation.
        case 0xA700...0xA7FF, 0x0110, 0x0213: throw .failed(status: Int(status))
        default: throw .refused(status: Int(status))
        }
    }

    package var code: SafeText {
        switch self {
        case .unreachable: "dicom_unreachable"
        case .rejected: "dicom_association_rejected"
        case .notAccepted: "dicom_not_accepted"
        case .broken: "dicom_broken"
        case .failed: "dicom_store_failed"
        case .refused: "dicom_store_refused"
        case .badFile: "dicom_bad_file"
        case .security: "dicom_security"
        case .outOfMemory: "dicom_out_of_memory"
        }
    }

    package var what: SafeText {
        switch self {
        case .unreachable: "There is no association with the other system"
        case .rejected: "The other system rejects the association"
        case .notAccepted: "The other system takes no objects of this kind"
        case .broken: "The association ended before the answer came"
        case .failed(let status): "The other system failed to store, status \(status)"
        case .refused(let status): "The other system refuses the object, status \(status)"
        case .badFile: "What should be stored is no DICOM object"
        case .security: "A certificate or key for DICOM over TLS cannot be used"
        case .outOfMemory: "There is no memory for an association"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .unreachable: "Ask with echoscu; see host, port and certificates"
        case .rejected: "Make both titles known to the other system"
        case .notAccepted: "Have the other system take Comprehensive 3D SR"
        case .broken, .failed: "See the other system's log; it is tried again"
        case .refused: "See the other system's log for why"
        case .badFile: "Keep the record, and report this as a bug"
        case .security: "See that the files are PEM, belong together and may be read"
        case .outOfMemory: "Give the gateway more memory"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .unreachable, .broken, .failed, .outOfMemory: .retry(after: .seconds(5))
        // Somebody has to change something at the other system.
        case .rejected, .notAccepted: .retry(after: .seconds(60))
        case .refused, .badFile: .deadLetter
        case .security: .shutDown(.config)
        }
    }
}
