import Testing
import VigilCore
import Wire

/// Energy records of studies and intervals.
struct EnergyRecordTests {
    private func text(_ record: OutboundRecord, _ header: String) -> String? {
        record.headers.first { $0.name == header }?.value.map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func records() throws -> [EnergyRecord] {
        var unknown = try Samples.studyEnergy()
        unknown.reading = EnergyReading(
            joules: .zero, low: .zero, high: .zero, method: .none, zones: [], duration: .zero)
        unknown.memory = nil
        return [try Samples.studyEnergy(), Samples.intervalEnergy(), unknown]
    }

    @Test("the bytes are those of the committed examples")
    func golden() throws {
        let encoder = EnergyEncoder()
        for (record, name) in [
            (try Samples.studyEnergy(), "study-full"), (Samples.intervalEnergy(), "interval-full"),
        ] {
            let out = encoder.encode(record, time: Samples.time(263))
            let example = SchemaFiles.bytes("energy/examples/valid/\(name).json")
            #expect(out.value.map { $0 + [0x0a] } == example)
        }
    }

    @Test("what is written follows the schema and reads back equal")
    func roundTrip() throws {
        let validator = SchemaValidator(root: try SchemaFiles.schema("energy"))
        for record in try records() {
            #expect(try validator.accepts(record.json))
            let out = EnergyEncoder().encode(record, time: Samples.time(0))
            #expect(try EnergyDecoder.decode(Samples.inbound(out)) == record)
        }
    }

    @Test("joules that are not known are left out, not written as zero")
    func unknown() throws {
        let members = try #require(try records()[2].json.objectValue)
        for name in ["energy_joules", "low_joules", "high_joules", "power_watts"] {
            #expect(members[name] == nil)
        }
        #expect(members["method"] == "none")
    }

    @Test("kilowatt hours and watts follow from the joules")
    func derived() throws {
        let study = try Samples.studyEnergy().json
        #expect(study["cpu_energy_kwh"]?.doubleValue == 3.0 / 3_600_000)
        #expect(study["ram_energy_kwh"]?.doubleValue == 0.25 / 3_600_000)
        let interval = Samples.intervalEnergy().json
        #expect(interval["power_watts"]?.doubleValue == 900.5 / 60)
        #expect(interval["idle_joules"]?.doubleValue == 300.5)
    }

    @Test("a study's record is keyed by pseudonym and names its cause, an interval's by its worker")
    func headers() throws {
        let encoder = EnergyEncoder()
        let study = encoder.encode(try Samples.studyEnergy(), time: Samples.time(0))
        #expect(study.topic == "sustainability.inference.energy.v1")
        #expect(study.key == Array(try Samples.finding().pseudonym.safeText.utf8))
        #expect(text(study, "ce_causationid") == Samples.cause.id)
        #expect(text(study, "ce_type") == "org.vigil.energy.measured.v1")
        let interval = encoder.encode(Samples.intervalEnergy(), time: Samples.time(0))
        #expect(interval.key == Array("0".utf8))
        #expect(text(interval, "ce_causationid") == nil)
        #expect(text(interval, "ce_id") != text(study, "ce_id"))
        let finding = FindingEncoder().encode(try Samples.finding(), time: Samples.time(0))
        #expect(text(finding, "ce_id") != text(study, "ce_id"))
    }

    @Test("an interval that does not hold its value is refused")
    func bounds() {
        let value: JSONValue = [
            "kind": "interval", "worker": "0", "from": "2026-11-24T04:17:00Z",
            "to": "2026-11-24T04:18:00Z", "studies": 0, "method": "rapl", "energy_joules": 5,
            "low_joules": 6, "high_joules": 7,
        ]
        guard
            case .badRecord = Samples.error({ () throws(WireError) in
                try EnergyRecord(json: value)
            })
        else {
            Issue.record("a value below its lower bound was taken")
            return
        }
    }
}
