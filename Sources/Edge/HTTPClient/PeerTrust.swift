internal import CCurl
internal import VigilCore

/// Whom a client believes, and as whom it asks: files in PEM of the operator's.
package struct PeerTrust: Sendable, Equatable {
    /// Authorities instead of the system's.
    package var authorities: String?
    /// The client's own certificate, and its key.
    package var certificate: String?
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    /// Lends a request to an address for a call.
    func withRequest<Result>(
        to url: String, within timeout: Duration, _ body: (inout vigil_curl_request) -> Result
    ) -> Result {
        Self.lend(url) { url in
            Self.lend(authorities) { authorities in
                Self.lend(certificate) { certificate in
                    Self.lend(key) { key in
                        var request = vigil_curl_request()
                        request.url = url
                        request.authorities = authorities
                        request.certificate = certificate
                        request.key = key
                        request.timeout_ms = max(1, Int(timeout.seconds * 1000))
                        return body(&request)
                    }
                }
            }
        }
    }

    private static func lend<Result>(
        _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
}
