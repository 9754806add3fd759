import Commands
import Triage
import VigilCore

/// An envelope of changes as a person wrote it, whose evaluations may be named by their reports.
struct EnvelopeDraft {
    private static let bytesMax = 64 << 20
    private let path: String
    private let json: JSONValue

    init(path: String) throws {
        self.path = path
        json = try Self.parse(try NamedFile.contents(path, bytesMax: Self.bytesMax), path)
    }

    /// With the figures of its reports in their place.
    func envelope() throws -> ChangeEnvelope {
        guard var object = json.objectValue else {
            throw TriageError.envelopeRefused(
                file: SafeText(operatorProvided: path), .unreadable, member: "it")
        }
        for member in ["made_at", "expires_at"] {
            // As it will be written: a person leaves the fractions of a second out.
            let time = object[member]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
            object[member] = time.map { .string($0.description) } ?? object[member]
        }
        let models = try (object["models"]?.arrayValue ?? []).map { try evaluated($0) }
        object["models"] = .array(models)
        return try ChangeEnvelope(
            payload: JSONWriter.bytes(Self.fractions(.object(object))),
            file: SafeText(operatorProvided: path))
    }

    /// With 1 written as 1.0, as bounds are: a person leaves that out too.
    private static func fractions(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): return .number(Double(number))
        case .array(let values): return .array(values.map(fractions))
        case .object(var object):
            for member in object.members { object[member.name] = fractions(member.value) }
            return .object(object)
        case .null, .bool, .number, .string: return value
        }
    }

    /// A model with the figures of the report that it names.
    private func evaluated(_ model: JSONValue) throws -> JSONValue {
        guard var object = model.objectValue,
            let report = object["evaluation"]?["report"]?.stringValue
        else { return model }
        // Beside the envelope, unless its whole path is given.
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let place = report.hasPrefix("/") ? report : "\(folder)\(report)"
        let bytes = try NamedFile.contents(place, bytesMax: Self.bytesMax)
        let labels = try Self.parse(bytes, place)["labels"]?.arrayValue ?? []
        object["evaluation"] =
            ChangeEnvelope.Evaluation(
                digest: Digest(of: bytes), measures: labels.flatMap(Self.measures)
            ).json
        return .object(object)
    }

    /// The figures of a label that have an interval.
    private static func measures(_ label: JSONValue) -> [ChangeEnvelope.Measure] {
        ChangeEnvelope.measureNames.compactMap { name in
            guard let code = label["code"]?.stringValue, let figure = label[name],
                let value = figure["value"]?.doubleValue, let low = figure["low"]?.doubleValue,
                let high = figure["high"]?.doubleValue
            else { return nil }
            return ChangeEnvelope.Measure(
                code: code, name: name, value: value, low: low, high: high)
        }
    }

    private static func parse(_ bytes: [UInt8], _ path: String) throws(TriageError) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(bytes, limits: .modelFile)
        } catch {
            throw .envelopeRefused(
                file: SafeText(operatorProvided: path), .unreadable, member: "it")
        }
    }
}
