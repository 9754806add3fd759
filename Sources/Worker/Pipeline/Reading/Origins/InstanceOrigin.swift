internal import HTTPClient
internal import Imaging
internal import Settings
internal import Synchronization
internal import VigilCore

/// One origin that instances may be fetched from by WADO-RS (PS3.18, section 10.4), as its row
/// says. Any thread; calls block within its bounds.
final class InstanceOrigin: Sendable {
    /// What a row of the file says.
    struct Row: Sendable {
        /// Such as `https://pacs.example:443`.
        let origin: String
        /// What its paths begin with, with a slash at the end.
        let path: String
        let trust: PeerTrust
        let networks: [IPNetwork]
        /// A file of headers, which is read before each request, so that a token may be changed.
        let headerFile: String?
    }

    /// One DICOM instance in whatever transfer syntax it is stored in (PS3.18, section 8.7.3.5.2),
    /// as a part or as the whole body.
    private static let accept =
        "Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*, "
        + "application/dicom; transfer-syntax=*"

    let name: SafeText
    private let row: Row
    private let client: HTTPClient
    private let clock: any VigilClock
    private let rest = Mutex(OriginRest())
    private let onChange: @Sendable (OriginError?) -> Void

    /// - Parameters:
    ///   - bytesMax: of an instance.
    ///   - connecting: how long connecting may take.
    ///   - whole: how long all of a fetch may.
    ///   - onChange: told when the origin is left alone and when it answers again; on any thread.
    init(
        _ row: Row, bytesMax: Int, connecting: Duration, whole: Duration, clock: any VigilClock,
        onChange: @escaping @Sendable (OriginError?) -> Void
    ) {
        self.row = row
        self.clock = clock
        self.onChange = onChange
        name = SafeText(operatorProvided: row.origin)
        client = HTTPClient(
            timeout: whole, bytesMax: bytesMax, trust: row.trust,
            bounds: HTTPClient.Bounds(
                addresses: AddressRules(listed: row.networks), connecting: connecting))
    }

    /// Whether a URI lies below it.
    func holds(_ uri: WebURI) -> Bool {
        uri.origin == row.origin && uri.target.hasPrefix(row.path)
    }

    /// Fetches the instance at a path of it.
    func fetch(_ target: String) throws(OriginError) -> [UInt8] {
        guard rest.withLock({ $0.mayAsk(now: clock.monotonic()) }) else {
            throw .resting(origin: name)
        }
        do throws(OriginError) {
            let instance = try instance(of: try answer(target))
            note(nil)
            return instance
        } catch {
            note(error)
            throw error
        }
    }

    private func note(_ error: OriginError?) {
        let now = clock.monotonic()
        let change = rest.withLock { rest in
            let before = rest.isResting
            rest.note(isInTrouble: error?.isOfOrigin == true, now: now)
            return before != rest.isResting
        }
        if change { onChange(error) }
    }

    private func answer(_ target: String) throws(OriginError) -> HTTPReply {
        var headers = [Self.accept]
        do throws(SectionError) {
            if let file = row.headerFile { headers += try SecretFile.headers(of: file) }
        } catch {
            throw .away(origin: name, reason: error.what)
        }
        let reply: HTTPReply
        do throws(HTTPClientError) {
            reply = try client.ask(row.origin + target, headers: headers, body: nil)
        } catch {
            switch error {
            case .tooLarge: throw .tooLarge(origin: name)
            case .addressRefused: throw .addressRefused(origin: name)
            case .noAnswer, .status, .plainAddress: throw .away(origin: name, reason: error.what)
            }
        }
        guard reply.status == 200 else { throw .refused(origin: name, status: reply.status) }
        return reply
    }

    /// The one part of an answer of several, or the answer itself.
    private func instance(of reply: HTTPReply) throws(OriginError) -> [UInt8] {
        guard MultipartRelated.isNamed(by: reply.contentType) else {
            guard MultipartRelated.mediaType(reply.contentType) == "application/dicom" else {
                throw .notOneInstance(origin: name)
            }
            return reply.body
        }
        do throws(MultipartRelated.Refusal) {
            let parts = try MultipartRelated.parts(
                of: reply.body, contentType: reply.contentType, countMax: 1)
            guard let part = parts.first else { throw .cutOff }
            return Array(part)
        } catch {
            // What was cut off may come whole another time.
            throw error == .cutOff
                ? .away(origin: name, reason: "the answer was cut off")
                : .notOneInstance(origin: name)
        }
    }
}
