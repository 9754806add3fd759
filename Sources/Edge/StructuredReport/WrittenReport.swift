/// A structured report as a DICOM file.
package struct WrittenReport: Sendable {
    package let sopInstanceUID: String
    /// The whole file, with its preamble. It names the patient: not for a log.
    package let file: [UInt8]

    /// Comprehensive 3D SR Storage.
    package static let sopClassUID = "1.2.840.10008.5.1.4.1.1.88.34"
}
