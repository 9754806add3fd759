package import Signing
package import VigilCore

/// A calibration that a known key vouches for.
package struct SignedCalibration: Sendable, Hashable {
    package let file: CalibrationFile
    /// SHA-256 of what was signed: the calibration's name in findings.
    package let digest: Digest
    /// Who signed it (``VerifyingKey/id``).
    package let signer: Digest

    /// One that was opened before.
    package init(file: CalibrationFile, digest: Digest, signer: Digest) {
        self.file = file
        self.digest = digest
        self.signer = signer
    }

    /// Opens a signed file: nothing of it is believed before the signature is.
    ///
    /// - Parameters:
    ///   - text: all of the file.
    ///   - keys: those that are trusted.
    ///   - rules: know the findings that may be there.
    ///   - file: its path, for errors.
    package init(
        _ text: [UInt8], keys: [VerifyingKey], rules: TriageRules, file path: SafeText
    ) throws(TriageError) {
        let opened = try CalibrationRefusal.open(
            text, type: CalibrationFile.payloadType, keys: keys, file: path)
        file = try CalibrationFile(payload: opened.payload, rules: rules, file: path)
        digest = Digest(of: opened.payload)
        signer = opened.signer.id
    }

    /// The text of a signed file.
    package static func text(
        of file: CalibrationFile, key: SigningKey
    ) throws(SigningError) -> String {
        let payload = JSONWriter.bytes(file.json)
        return try SignedEnvelope(payload, type: CalibrationFile.payloadType, key: key).text
    }
}
