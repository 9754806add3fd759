import Control
import Testing
import Triage
import VigilCore
import Wire

/// The schemas, their examples and the decoders agree with each other.
struct SchemaTests {
    @Test(
        "every schema names itself, and every property says what it means",
        arguments: SchemaFiles.names)
    func described(name: String) throws {
        let schema = try SchemaFiles.schema(name)
        #expect(schema["$schema"]?.stringValue == "https://json-schema.org/draft/2020-12/schema")
        var described: Set<String> = []
        func walk(_ value: JSONValue, _ path: String) {
            if let members = value["properties"]?.objectValue?.members, value["type"] != nil {
                for member in members {
                    let text = member.value["description"]?.stringValue ?? ""
                    #expect(text.hasSuffix("."), "\(path)/\(member.name) has no description")
                    described.insert("\(path)/\(member.name)")
                }
                let required = value["required"]?.arrayValue ?? []
                #expect(
                    required.allSatisfy { described.contains("\(path)/\($0.stringValue ?? "")") },
                    "\(path) requires what it does not describe")
            }
            for member in value.objectValue?.members ?? [] {
                walk(member.value, "\(path)/\(member.name)")
            }
            for (index, element) in (value.arrayValue ?? []).enumerated() {
                walk(element, "\(path)/\(index)")
            }
        }
        walk(schema, name)
        // None is of fewer: a checkpoint of the audit log has four.
        #expect(described.count >= 4)
    }

    @Test("each schema has the name that records give it, or that its page does")
    func names() throws {
        let names = [
            WireNames.studySchema, WireNames.findingSchema, WireNames.findingSchemaV1,
            WireNames.energySchema, "urn:vigil:schema:dead-letter:v1",
            "urn:vigil:schema:deferral:v1", "urn:vigil:schema:placement:v1",
            WireNames.prioritySchema, WireNames.worklistSchema, WireNames.unmergedSchema,
            "urn:vigil:schema:calibration:v1", "urn:vigil:schema:context:v1",
            WireNames.reportSchema, "urn:vigil:schema:control:v1",
            "urn:vigil:schema:quality-clearance:v1", WireNames.auditLeafSchema,
            WireNames.auditCheckpointSchema, WireNames.evidenceSchema, WireNames.recallSchema,
            WireNames.alarmSchema,
        ]
        #expect(
            try SchemaFiles.names.map { try SchemaFiles.schema($0)["$id"]?.stringValue } == names)
    }

    @Test("there are examples of both kinds", arguments: SchemaFiles.names)
    func count(name: String) {
        let examples = SchemaFiles.examples(of: name)
        #expect(examples.filter(\.isValid).count >= 5)
        #expect(examples.filter { !$0.isValid }.count >= 15)
    }

    @Test(
        "the schema takes the valid examples and refuses the others",
        arguments: SchemaFiles.names.flatMap { SchemaFiles.examples(of: $0) })
    func bySchema(example: SchemaFiles.Example) throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema(example.schema))
        guard let value = try? JSONParser.parse(example.bytes) else {
            #expect(!example.isValid)
            return
        }
        let reference = example.isStructured ? "#/$defs/cloudEvent" : "#"
        #expect(try validator.accepts(value, at: reference) == example.isValid)
    }

    @Test(
        "the decoder takes the valid examples and refuses the others",
        arguments: SchemaFiles.names.flatMap { SchemaFiles.examples(of: $0) })
    func byDecoder(example: SchemaFiles.Example) throws {
        let error = Samples.error { () throws(WireError) in try decode(example) }
        #expect((error == nil) == example.isValid, "\(String(describing: error))")
    }

    private func decodeOrder(_ example: SchemaFiles.Example) throws(WireError) {
        do {
            let json = try JSONParser.parse(example.bytes)
            if example.schema == "worklist-order" {
                _ = try WorklistOrder(json: json)
            } else {
                _ = try UnmergedOrder(json: json)
            }
        } catch let error as JSONError {
            throw WireError.notJSON(error)
        } catch {
            throw error as? WireError ?? .badRecord("order")
        }
    }

    private func decodeSigned(_ example: SchemaFiles.Example) throws(WireError) {
        do {
            if example.schema == "control" {
                _ = try ControlOrder(payload: example.bytes)
            } else if example.schema == "quality-clearance" {
                guard AlarmClearance(payload: example.bytes) != nil else {
                    throw AlarmRefusal.clearanceUnreadable
                }
            } else {
                _ = try CalibrationFile(
                    payload: example.bytes, rules: TriageRules(), file: "an example")
            }
        } catch {
            throw .badRecord("what is signed")
        }
    }

    private func decode(_ example: SchemaFiles.Example) throws(WireError) {
        switch example.schema {
        case "study-event":
            let headers =
                example.isStructured
                ? [RecordHeader("content-type", "application/cloudevents+json; charset=UTF-8")]
                : Samples.eventHeaders()
            _ = try StudyEventDecoder().decode(
                Samples.inbound(value: example.bytes, headers: headers))
        case "study-priority", "study-recall":
            var headers = Samples.eventHeaders()
            headers.removeAll { $0.name == "ce_type" }
            let word = example.schema.split(separator: "-").last ?? ""
            headers.append(RecordHeader("ce_type", "org.vigil.study.\(word).v1"))
            _ = try StudyEventDecoder().decode(
                Samples.inbound(value: example.bytes, headers: headers))
        case "worklist-order", "worklist-unmerged": try decodeOrder(example)
        case "finding", "finding-v1":
            _ = try FindingDecoder.decode(value: example.bytes)
        case "report-draft":
            _ = try ReportDecoder.decode(value: example.bytes)
        case "finding-evidence":
            _ = try EvidenceDecoder.decode(value: example.bytes)
        case "audit-leaf":
            _ = try AuditRecord.leaf(in: example.bytes)
        case "audit-checkpoint":
            let record = try AuditRecord.read(Samples.inbound(value: example.bytes, headers: []))
            guard case .checkpoint = record else { throw .badRecord("no checkpoint") }
        case "quality-alarm": _ = try AlarmDecoder.decode(Samples.alarm(example.bytes))
        case "calibration", "control", "quality-clearance": try decodeSigned(example)
        case "energy":
            _ = try EnergyDecoder.decode(value: example.bytes)
        default:
            guard let value = try? JSONParser.parse(example.bytes) else {
                throw WireError.wrongType(.record)
            }
            switch example.schema {
            case "deferral": _ = try DeferralNote(json: value)
            case "placement": _ = try PlacementNote(json: value)
            case "context": _ = try ContextStatement.read(value, id: "o")
            default: _ = try DeadLetter(json: value)
            }
        }
    }
}
