internal import CRdKafka
internal import Processes
internal import VigilCore

/// The setting `kafka.sasl.oauthbearer.token.file`: the bearer token stands in a file that
/// something else keeps fresh, such as a Kubernetes service account's. It is read again whenever
/// librdkafka asks for a new one, after four fifths of the token's life. A file without a good
/// token is an error of authentication then, which ends a worker.
enum TokenFile {
    /// librdkafka has no property of this name.
    static let property = "sasl.oauthbearer.token.file"

    /// Has clients of this configuration read the file.
    static func register(in conf: OpaquePointer?) {
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf) { client, path, _ in
            guard let client, let path else { return }
            TokenFile.renew(client, from: String(cString: path))
        }
        rd_kafka_conf_enable_sasl_queue(conf, 1)
    }

    /// Has a thread of the client's own make the calls, so that nobody needs to poll for them.
    ///
    /// - Throws: when the client logs in by another mechanism.
    static func start(_ client: OpaquePointer) throws(KafkaError) {
        guard let error = rd_kafka_sasl_background_callbacks_enable(client) else { return }
        _ = RichError(taking: error)
        throw .property(
            name: "sasl.oauthbearer.token.file",
            reason: "the client does not log in by a token",
            remedy: "Set kafka.sasl.mechanism to OAUTHBEARER, or remove it")
    }

    private static func renew(_ client: OpaquePointer, from path: String) {
        do throws(BearerToken.Fault) {
            let token = try BearerToken(file: path, now: SystemClock().wall())
            // Refused is what BearerToken refuses before; the client then asks again.
            rd_kafka_oauthbearer_set_token(
                client, token.text, token.end, token.principal, nil, 0, nil, 0)
        } catch {
            rd_kafka_oauthbearer_set_token_failure(client, "\(error.text)")
        }
    }
}
