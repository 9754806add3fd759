internal import Signing
internal import VigilCore

/// Why a signed file of a site is not taken: what such files have in common.
protocol SignedFileRefusal: Sendable {
    /// It is no JSON, or no envelope.
    static var unreadable: Self { get }
    static var tooLarge: Self { get }
    static var unsigned: Self { get }
    static var wrongSignature: Self { get }
    static var unknownKey: Self { get }
    /// It was signed for something else.
    static var otherPayload: Self { get }
    /// A member is missing or of another type.
    static var malformed: Self { get }
    /// A number is none, or outside of its bounds.
    static var badNumber: Self { get }

    /// - Parameter member: where it was seen.
    func error(file: SafeText, member: SafeText) -> TriageError
}

extension CalibrationRefusal: SignedFileRefusal {
    func error(file: SafeText, member: SafeText) -> TriageError {
        .calibrationRefused(file: file, self, member: member)
    }
}

extension EnvelopeRefusal: SignedFileRefusal {
    func error(file: SafeText, member: SafeText) -> TriageError {
        .envelopeRefused(file: file, self, member: member)
    }
}

extension SignedFileRefusal {
    /// Opens a signed file: nothing of it is believed before the signature is.
    ///
    /// - Parameters:
    ///   - text: all of the file.
    ///   - type: what the bytes have to be signed as.
    ///   - keys: those that are trusted.
    ///   - path: the file's, for errors.
    static func open(
        _ text: [UInt8], type: String, keys: [VerifyingKey], file path: SafeText
    ) throws(TriageError) -> (payload: [UInt8], signer: VerifyingKey) {
        guard text.count <= SignedEnvelope.bytesMax else {
            throw tooLarge.error(file: path, member: "it")
        }
        do throws(SigningError) {
            return try SignedEnvelope(text).open(type: type, keys: keys)
        } catch {
            throw refusal(error).error(file: path, member: "it")
        }
    }

    private static func refusal(_ error: SigningError) -> Self {
        switch error {
        case .unsigned: unsigned
        case .wrongSignature: wrongSignature
        case .unknownKey: unknownKey
        case .otherPayload: otherPayload
        default: unreadable
        }
    }
}
