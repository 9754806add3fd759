internal import VigilCore

/// Whom a connection believes and as whom it comes, as a section says: files in PEM.
package struct TrustFiles: Sendable {
    /// The names that such a section may have.
    package static let names = ["ca-file", "certificate-file", "key-file"]

    /// Authorities instead of the system's; nil: the system's.
    package let authorities: String?
    /// A certificate and its key; both are there or neither.
    package let certificate: String?
    package let key: String?

    /// Looks at each file, and at who may read the key.
    package init(_ section: SectionReader) throws(SectionError) {
        authorities = try section.text("ca-file")
        certificate = try section.text("certificate-file")
        key = try section.text("key-file")
        guard (certificate == nil) == (key == nil) else {
            throw .missing("certificate-file and key-file together", at: section.place)
        }
        if let key { _ = try SecretFile.bytes(of: key) }
        for (name, path) in [("ca-file", authorities), ("certificate-file", certificate)] {
            guard let path else { continue }
            guard SecretFile.isReadable(path) else {
                throw section.refused(name, "a file in PEM that can be read")
            }
        }
    }
}
