package import VigilCore

/// Why a study cannot be made.
package enum SynthesisError: VigilError, Hashable {
    /// A compressed encoding was asked for, and nothing is there that compresses.
    case encoderMissing
    /// The encoder does not start.
    case encoderUnavailable(errno: Int32)
    /// The encoder refused a frame, or ended.
    case encoderFailed(status: Int)

    package var code: SafeText {
        switch self {
        case .encoderMissing: "encoder_missing"
        case .encoderUnavailable: "encoder_unavailable"
        case .encoderFailed: "encoder_failed"
        }
    }

    package var what: SafeText {
        switch self {
        case .encoderMissing: "there is no vigil-dicom-encoder beside this program"
        case .encoderUnavailable(let errno):
            "vigil-dicom-encoder does not start (error \(errno))"
        case .encoderFailed(let status):
            "vigil-dicom-encoder refused a frame (status \(status))"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .encoderMissing:
            """
            Build it (swift build --product vigil-dicom-encoder), or take \
            --transfer-syntax uncompressed
            """
        case .encoderUnavailable, .encoderFailed:
            "Check that it is of this version of Vigil and that its libraries are installed"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .encoderMissing: .shutDown(.noInput)
        case .encoderUnavailable: .shutDown(.osError)
        case .encoderFailed: .shutDown(.software)
        }
    }
}
