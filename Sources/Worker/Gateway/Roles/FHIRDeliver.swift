internal import ClinicalReport
internal import FHIR
internal import HTTPClient
internal import Settings
internal import VigilCore

/// The role `fhir-deliver`: a finding's record as a transaction at a FHIR R4 server.
final class FHIRDeliver: Counterpart {
    private static let contentType = "Content-Type: application/fhir+json"
    private static let accept = "Accept: application/fhir+json"
    /// The longest answer that is taken.
    private static let answerBytesMax = 8 << 20

    private let base: String
    private let client: HTTPClient
    private let headerFile: String?
    private let patientSystem: String

    init(_ role: RoleSettings, base: String) {
        self.base = base
        client = HTTPClient(
            timeout: role.timeout, bytesMax: Self.answerBytesMax, trust: role.trust)
        headerFile = role.headerFile
        patientSystem = role.patientSystem
    }

    func attempt(_ delivery: Delivery) -> DeliveryAnswer {
        do throws(Ended) {
            return try answer(to: delivery)
        } catch {
            return error.answer
        }
    }

    /// An attempt has ended before its last step.
    private struct Ended: Error {
        let answer: DeliveryAnswer

        init(_ answer: DeliveryAnswer) {
            self.answer = answer
        }
    }

    private func answer(to delivery: Delivery) throws(Ended) -> DeliveryAnswer {
        switch delivery {
        case .emptied(let study):
            let earlier = try search(FHIRSearch.reports(of: study))
            return try send(earlier.retirement)
        case .report(let report):
            let bundle = FHIRBundle(report, patientSystem: patientSystem)
            // A first record may come again behind later ones, after a death before its offset was
            // committed.
            let earlier = try search(FHIRSearch.report(of: report.finding.findingID))
            guard !earlier.isLater(than: report.number) else { return .overtaken }
            return try send(bundle.transaction(after: earlier))
        }
    }

    private func search(_ query: String) throws(Ended) -> EarlierReport {
        let reply = try ask("\(base)/\(query)", body: nil)
        guard let earlier = EarlierReport(searchset: try json(of: reply)) else {
            throw Ended(.busy("fhir_search_not_understood", after: nil))
        }
        return earlier
    }

    private func send(_ transaction: JSONValue) throws(Ended) -> DeliveryAnswer {
        let count = transaction["entry"]?.arrayValue?.count ?? 0
        // A server refuses an empty one.
        guard count > 0 else { return .delivered }
        let reply = try ask(base, body: JSONWriter.bytes(transaction))
        guard FHIRTransactionAnswer.isWhole(try json(of: reply), entries: count) else {
            return .busy("fhir_transaction_not_whole", after: nil)
        }
        return .delivered
    }

    private func json(of reply: HTTPReply) throws(Ended) -> JSONValue {
        let limits = JSONLimits(bytes: Self.answerBytesMax, depth: 64, values: 1_000_000)
        guard let json = try? JSONParser.parse(reply.body, limits: limits) else {
            throw Ended(.busy("fhir_answer_not_json", after: nil))
        }
        return json
    }

    private func ask(_ url: String, body: [UInt8]?) throws(Ended) -> HTTPReply {
        var headers = [Self.accept] + (body == nil ? [] : [Self.contentType])
        if let headerFile {
            do throws(SectionError) {
                headers += try SecretFile.headers(of: headerFile)
            } catch {
                throw Ended(.unanswered(error.code))
            }
        }
        let reply: HTTPReply
        do throws(HTTPClientError) {
            reply = try client.ask(url, headers: headers, body: body)
        } catch {
            throw Ended(.unanswered(error.code))
        }
        if let answer = HTTPVerdict.answer(to: reply.status, after: reply.retryAfter) {
            throw Ended(answer)
        }
        return reply
    }
}
