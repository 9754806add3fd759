package import VigilCore

/// Why an instance could not be fetched from an origin. Closed; no value holds anything that came
/// with a study.
package enum OriginError: VigilError, Equatable {
    /// The URI's origin, or what of its path comes first, is in no row of the file of origins.
    case notListed
    /// The URI is no well-formed https: URI.
    case badURI
    /// The host's name leads to an address that the origin's row does not list.
    case addressRefused(origin: SafeText)
    /// There is no answer, or none in time, for libcurl's reason.
    case away(origin: SafeText, reason: SafeText)
    /// It has not answered before and is not asked again yet.
    case resting(origin: SafeText)
    /// It refuses, by a status of HTTP.
    case refused(origin: SafeText, status: Int)
    /// Its answer is not one instance.
    case notOneInstance(origin: SafeText)
    /// The instance, or its answer, has more bytes than are taken.
    case tooLarge(origin: SafeText)
    /// The answer could not be kept in memory, with the system's error number.
    case memory(errno: Int32)

    package var code: SafeText {
        switch self {
        case .notListed: "origin_not_listed"
        case .badURI: "bad_uri"
        case .addressRefused: "origin_address_refused"
        case .away: "origin_away"
        case .resting: "origin_resting"
        case .refused: "origin_refused"
        case .notOneInstance: "origin_not_one_instance"
        case .tooLarge: "too_large"
        case .memory: "input_failed"
        }
    }

    package var what: SafeText {
        switch self {
        case .notListed: "The instance's URI lies below no origin of input.origins-file"
        case .badURI: "The instance's URI is no well-formed https: URI"
        case .addressRefused(let origin):
            "The host of \(origin) has an address in none of the networks listed for it"
        case .away(let origin, let reason): "\(origin) gives no answer: \(reason)"
        case .resting(let origin): "\(origin) gave no answer a moment ago, and is not asked yet"
        case .refused(let origin, let status): "\(origin) answered with the HTTP status \(status)"
        case .notOneInstance(let origin): "The answer of \(origin) is not one DICOM instance"
        case .tooLarge(let origin): "The instance at \(origin) is larger than the limit"
        case .memory(let number): "The instance could not be kept in memory, errno \(number)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .notListed: "Add the origin to input.origins-file if studies may lie there"
        case .badURI: "Send a URI such as https://pacs.example/dicom-web/studies/1.2/series/1.3/…"
        case .addressRefused:
            "List the host's network under 'networks', or mend what its name resolves to"
        case .away, .resting: "Bring the archive back; studies wait in the retry topics meanwhile"
        case .refused(_, let status) where status == 401 || status == 403:
            "See to the origin's header-file or certificate, which are read again each time"
        case .refused: "Ask the archive for the same instance"
        case .notOneInstance: "Name one instance by each URI, as WADO-RS retrieves it"
        case .tooLarge: "Raise decode.input-max-mb if such images are expected"
        case .memory: "Give the worker more memory"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .notListed, .badURI, .notOneInstance, .tooLarge: .deadLetter
        // What an archive or its operators mend: a name, a key, an instance that is stored late.
        case .addressRefused, .away, .resting, .memory: .retry(after: .seconds(1))
        case .refused(_, let status):
            [401, 403, 404, 408, 425, 429].contains(status) || status >= 500
                ? .retry(after: .seconds(1)) : .deadLetter
        }
    }

    /// Whether the origin itself is in trouble, and other studies' instances would fare the same.
    var isOfOrigin: Bool {
        switch self {
        case .addressRefused, .away: true
        case .refused(_, let status): status >= 500 || status == 429
        case .notListed, .badURI, .resting, .notOneInstance, .tooLarge, .memory: false
        }
    }
}
