import Commands
import Control
import KafkaTransport
import Pipeline
import Settings
import Signing
import Triage
import VigilCore
import Wire

/// What a file is that `vigil validate` looks at.
enum FileKind: String, CaseIterable, Sendable {
    /// Settings, in YAML or JSON.
    case settings
    /// The site's thresholds and priorities (`triage.policy`).
    case policy
    /// A signed calibration.
    case calibration
    /// A signed envelope of changes.
    case envelope
    /// A study event: in CloudEvents' structured mode, or the data alone.
    case event
    /// A record of the topic of findings.
    case finding
    /// A record of the topic of draft reports.
    case draft
    /// A signed order of the control topic.
    case control

    /// By what the contents say of themselves; settings where they say nothing.
    ///
    /// - Throws: ``JSONError`` of what begins as JSON and is none.
    init(of bytes: [UInt8]) throws {
        let isObject = bytes.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONParser.parse(bytes)
        } catch {
            // YAML's own braces are a matter of its reader.
            self = .settings
            guard isObject, bytes.contains(UInt8(ascii: "\"")) else { return }
            self = .event
            return
        }
        switch json["payloadType"]?.stringValue {
        case ControlOrder.payloadType: self = .control
        case CalibrationFile.payloadType: self = .calibration
        case ChangeEnvelope.payloadType: self = .envelope
        default: self = Self(member: json)
        }
    }

    private init(member json: JSONValue) {
        if json["schema"]?.stringValue == SitePolicy.schema {
            self = .policy
        } else if json["draft_digest"] != nil {
            self = .draft
        } else if json["finding_id"] != nil {
            self = .finding
        } else if json["specversion"] != nil || json["study"] != nil {
            self = .event
        } else {
            self = .settings
        }
    }

    /// Whether nothing of it is believed before a key vouches for it.
    var isSigned: Bool { [.calibration, .envelope, .control].contains(self) }

    /// Reads it as its reader does.
    ///
    /// - Throws: what is amiss.
    func check(_ bytes: [UInt8], path: String, keys: [VerifyingKey]) throws {
        if self == .settings { return try Self.checkSettings(path) }
        let name = SafeText(operatorProvided: path)
        // Other readers say that it is no JSON, and this one where.
        let json = try JSONParser.parse(bytes)
        switch self {
        case .settings: return
        case .policy: _ = try TriageRules(SitePolicy(bytes, file: name))
        case .calibration:
            _ = try SignedCalibration(bytes, keys: keys, rules: TriageRules(), file: name)
        case .envelope: _ = try SignedChangeEnvelope(bytes, keys: keys, file: name)
        case .event: try Self.checkEvent(json, bytes)
        case .finding: _ = try Finding(json: json)
        case .draft: _ = try ReportDecoder.decode(value: bytes)
        case .control:
            do throws(ControlRefusal) {
                _ = try ControlOrder(bytes, keys: keys)
            } catch {
                throw VigilCommandError.orderRefused(error)
            }
        }
    }

    /// The file alone: what the environment sets besides is not its fault. Its variables may stand
    /// in it all the same.
    private static func checkSettings(_ path: String) throws {
        let variables = Environment.variables.filter { !$0.key.hasPrefix("VIGIL_") }
        let settings = try Settings.load(file: path, environment: variables)
        try KafkaConfiguration(
            bootstrap: "", group: settings.workerGroup, instance: "validate",
            common: settings.kafka.effective(for: .common),
            consumer: settings.kafka.effective(for: .consumer),
            producer: settings.kafka.effective(for: .producer)
        ).validate(from: settings)
    }

    private static func checkEvent(_ json: JSONValue, _ bytes: [UInt8]) throws {
        // Of an event in binary mode the file holds the data; the attributes travel as headers.
        let headers =
            json["specversion"] == nil
            ? [
                ("content-type", "application/json"), ("ce_specversion", "1.0"), ("ce_id", "file"),
                ("ce_source", "urn:vigil:validate"), ("ce_type", "study"),
            ] : [("content-type", "application/cloudevents+json")]
        _ = try StudyEventDecoder().decode(
            InboundRecord(
                position: RecordPosition(topic: "file", partition: 0, offset: 0), key: nil,
                value: bytes, headers: headers.map { RecordHeader($0.0, $0.1) }, timestamp: nil))
    }
}
