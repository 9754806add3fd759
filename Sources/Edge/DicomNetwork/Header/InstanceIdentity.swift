package import VigilCore

/// Which instance a file is, and of which study.
package struct InstanceIdentity: Sendable, Hashable {
    package let study: DicomUID
    package let series: DicomUID
    package let instance: DicomUID
    /// As the header has it, which may be nothing.
    package let sopClass: String
}
