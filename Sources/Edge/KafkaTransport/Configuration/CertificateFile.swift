internal import CX509
internal import Files
internal import Glibc
package import VigilCore

/// Certificates in a file, as the client's properties name one.
package struct CertificateFile: Sendable, Hashable {
    /// The longest file that is read: a system's bundle of authorities has some 250 kB.
    private static let bytesMax = 4 << 20
    /// The properties of the clients that name files of certificates.
    private static let properties = ["ssl.certificate.location", "ssl.ca.location"]

    /// The property that names it.
    package let property: SafeText
    package let path: SafeText
    /// How many there are.
    package let count: Int
    /// When the first of those ends on which the file rests: of authorities the last one, for a
    /// bundle may hold some that nobody needs any more. Nil of a file without certificates.
    package let ends: Timestamp?

    /// The files of certificates that a client's properties name, each once; those that cannot be
    /// read have no certificates. A folder of authorities is left out. Any thread.
    package static func named(in configuration: KafkaConfiguration) -> [CertificateFile] {
        let maps = [configuration.common, configuration.consumer, configuration.producer]
        return properties.flatMap { property -> [CertificateFile] in
            Set(maps.compactMap { $0[property] }).sorted().compactMap {
                CertificateFile($0, named: property)
            }
        }
    }

    private init?(_ path: String, named property: String) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return nil }
        let bytes = (try? FileHead.read(path, bytesMax: Self.bytesMax)) ?? []
        let ends = Self.ends(ofPEM: bytes)
        self.property = SafeText(operatorProvided: property)
        self.path = SafeText(operatorProvided: path)
        count = ends.count
        self.ends = property == "ssl.ca.location" ? ends.max() : ends.min()
    }

    /// When each certificate of a PEM file ends (RFC 5280, 4.1.2.5), as OpenSSL reads it.
    private static func ends(ofPEM bytes: [UInt8]) -> [Timestamp] {
        bytes.withUnsafeBytes { buffer in
            guard let source = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count))
            else { return [] }
            defer {
                BIO_free(source)
                // The end of the file is an error that the next call of this thread would see.
                ERR_clear_error()
            }
            var ends: [Timestamp] = []
            while let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
                defer { X509_free(certificate) }
                var time = tm()
                guard ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1 else { continue }
                ends.append(Timestamp(milliseconds: Int64(timegm(&time)) * 1000))
            }
            return ends
        }
    }
}
