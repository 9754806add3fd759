/// An application entity of another system, and how it is called.
package struct DicomPeer: Sendable, Hashable {
    /// How TLS is spoken (the profile of BCP 195), by files in PEM.
    package struct Security: Sendable, Hashable {
        /// What a client shows of itself.
        package struct Identity: Sendable, Hashable {
            package let certificate: String
            package let key: String

            package init(certificate: String, key: String) {
                self.certificate = certificate
                self.key = key
            }
        }

        /// The certificates that the other side's must come from. DCMTK looks at no host name, so
        /// this should be an authority for such systems alone.
        package let authority: String
        package let identity: Identity?

        package init(authority: String, identity: Identity?) {
            self.authority = authority
            self.identity = identity
        }
    }

    /// A name or an address.
    package let host: String
    package let port: UInt16
    /// Who calls and who is called: titles of application entities, 16 characters at most.
    package let callingTitle: String
    package let calledTitle: String
    /// For the connection, for the association and for each answer.
    package let timeout: Duration
    /// Nil: without TLS.
    package let security: Security?

    package init(
        host: String, port: UInt16, callingTitle: String, calledTitle: String,
        timeout: Duration = .seconds(20), security: Security? = nil
    ) {
        self.host = host
        self.port = port
        self.callingTitle = callingTitle
        self.calledTitle = calledTitle
        self.timeout = timeout
        self.security = security
    }
}
