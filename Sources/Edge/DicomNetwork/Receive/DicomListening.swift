/// Where and for whom to listen for DICOM.
package struct DicomListening: Sendable, Hashable {
    /// An IPv4 address in digits; `0.0.0.0` is every address of this machine.
    package let address: String
    /// 0: one that is free.
    package let port: UInt16
    /// The only title that is answered to.
    package let title: String
    /// Titles that may call; nil: anybody.
    package let callers: [String]?
    /// Nil: without TLS. With it, who calls shows a certificate that comes from the authority's.
    package let security: DicomPeer.Security?
    /// How long a connection may be without a whole protocol data unit.
    package let silence: Duration
    /// How long one object may take.
    package let objectTime: Duration

    package init(
        address: String, port: UInt16, title: String, callers: [String]?,
        security: DicomPeer.Security? = nil, silence: Duration, objectTime: Duration
    ) {
        self.address = address
        self.port = port
        self.title = title
        self.callers = callers
        self.security = security
        self.silence = silence
        self.objectTime = objectTime
    }
}
