import Testing
import VigilCore
import Wire

/// CodeCarbon's table.
struct EmissionsTableTests {
    private func parsed(_ record: EnergyRecord) throws -> [String: String] {
        let row = try #require(EmissionsTable.row(record))
        let names = EmissionsTable.header.split(separator: ",").map(String.init)
        let values = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        #expect(names.count == values.count)
        return Dictionary(uniqueKeysWithValues: zip(names, values))
    }

    @Test("an interval is a row in kilowatt hours, kilograms and watts")
    func interval() throws {
        var record = Samples.intervalEnergy()
        record.memory = Joules(90)
        record.carbon = CarbonRecord(
            grams: 72, low: 36, high: 144, embodied: 5, sci: 1, intensity: 400, source: "static",
            age: nil, isStale: false, zone: "DE", effectiveness: 1.2, waterLitres: 0.5)
        let cells = try parsed(record)
        #expect(cells["energy_consumed"] == "\(900.5 / 3_600_000)")
        #expect(cells["ram_energy"] == "\(90.0 / 3_600_000)")
        #expect(cells["cpu_power"] == "\(810.5 / 60)")
        #expect(cells["emissions"] == "0.072")
        #expect(cells["emissions_rate"] == "\(0.072 / 60)")
        #expect(cells["duration"] == "60.0")
        #expect(cells["region"] == "DE" && cells["pue"] == "1.2")
        #expect(cells["water_consumed"] == "0.5" && cells["method"] == "rapl")
    }

    @Test("what is not known is left empty, and a study is part of its interval")
    func unknown() throws {
        var record = Samples.intervalEnergy()
        record.carbon = nil
        #expect(try parsed(record)["emissions"] == "")
        #expect(EmissionsTable.row(try Samples.studyEnergy()) == nil)
    }

    @Test("a slot's name with a comma stays one cell")
    func quoting() throws {
        var record = Samples.intervalEnergy()
        guard case .interval(var interval) = record.subject else { return }
        interval.worker = "a,\"b\""
        record.subject = .interval(interval)
        #expect(EmissionsTable.row(record)?.contains("\"a,\"\"b\"\"\"") == true)
    }
}
