import Foundation
import HTTPClient
import Testing
import VigilCore

/// The strict FHIR server of the tests.
final class FHIRServer {
    /// A resource with all its versions, oldest first.
    struct Held {
        let type: String
        let versions: [JSONValue]

        var newest: JSONValue { versions.last ?? .null }
        var status: String? { newest["status"]?.stringValue }
    }

    private let program: PythonCounterpart

    init(_ arguments: [String] = []) throws {
        program = try PythonCounterpart("fhir_server", arguments)
    }

    var base: String { "http://127.0.0.1:\(program.port)" }
    var port: Int { program.port }

    /// Has the next requests answered with a status.
    func answer(_ status: Int, count: Int = 1) throws {
        let order: JSONValue = [
            "status": .integer(Int64(status)), "count": .integer(Int64(count)),
        ]
        _ = try HTTPClient().post(base + "/_answer", body: JSONWriter.bytes(order))
    }

    /// What it holds.
    func held() throws -> [Held] {
        let client = HTTPClient(timeout: .seconds(60), bytesMax: 1 << 30)
        let bytes = try client.get(base + "/_dump")
        let dump = try JSONParser.parse(
            bytes, limits: JSONLimits(bytes: 1 << 30, depth: 64, values: 50_000_000))
        return (dump["resources"]?.arrayValue ?? []).map {
            Held(
                type: $0["type"]?.stringValue ?? "", versions: $0["versions"]?.arrayValue ?? [])
        }
    }
}
