/// A study ready to be written.
package struct SyntheticStudy: Sendable {
    /// One file.
    package struct Image: Sendable {
        package let instanceUID: String
        /// Such as `1.dcm`, unique within the study.
        package let name: String
        /// The DICOM file.
        package let bytes: [UInt8]
        /// Where each finding is, in the order of the blueprint's.
        package let masks: [Mask]
        package let view: String
        package let spacing: Double
    }

    /// Its decisions, and its files in order.
    package let blueprint: Blueprint
    package let images: [Image]
}
