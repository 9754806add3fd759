import Context
import Testing
import VigilCore

/// What is used of statements, in which unit, and why others are not.
struct ContextJudgeTests {
    private func intake(_ said: ContextStatement, written: Timestamp? = MadeContext.now)
        -> ContextTable.Intake
    {
        var table = ContextTable()
        return table.take(MadeContext.record([said], written: written))
    }

    @Test(
        "units convert into one",
        arguments: [
            ("2524-7", 18.016, "mg/dL", 2.0), ("2524-7", 2, "mmol/L", 2),
            ("2524-7", 2, "mmol/l", 2), ("6690-2", 7400, "/uL", 7.4),
            ("6690-2", 7.4, "10*9/L", 7.4), ("1988-5", 1.25, "mg/dL", 12.5),
            ("48067-3", 500, "ng/mL{FEU}", 0.5), ("48067-3", 250, "ng/mL{DDU}", 0.5),
            ("48066-5", 0.25, "mg/L", 0.5), ("67151-1", 0.014, "ug/L", 14),
            ("67151-1", 14, "pg/mL", 14), ("33762-6", 300, "ng/L", 300),
            ("33762-6", 10, "pmol/L", 84.57), ("718-7", 138, "g/L", 13.8),
            ("8310-5", 98.6, "[degF]", 37), ("8310-5", 310.15, "K", 37),
            ("59408-5", 0.97, "1", 97), ("8480-6", 16, "kPa", 120.00992),
            ("8867-4", 72, "{beats}/min", 72), ("8867-4", 72, "/min", 72),
        ])
    func converts(code: String, value: Double, unit: String, expected: Double) throws {
        let values = MadeContext.values(
            MadeContext.statement(code, value: value, unit: unit))
        let found = try #require(values.first).value
        #expect(abs(found - expected) <= 1e-9 * expected, "\(found)")
    }

    @Test(
        "what is not used is refused with its reason",
        arguments: [
            (MadeContext.statement("99999-9"), ContextRefusal.unknownCode),
            (MadeContext.statement(unit: "mg"), .unknownUnit),
            (MadeContext.statement(unit: ""), .unknownUnit),
            (MadeContext.statement("1988-5", unit: "mmol/L"), .unknownUnit),
            (MadeContext.statement(value: 400), .impossibleValue),
            (MadeContext.statement(value: -1), .impossibleValue),
            (MadeContext.statement("6690-2", value: 7400, unit: "10*3/uL"), .impossibleValue),
            (MadeContext.statement("8310-5", value: 98.6, unit: "Cel"), .impossibleValue),
            (MadeContext.statement(value: .nan), .noValue),
            (MadeContext.statement(value: .infinity), .noValue),
            (MadeContext.statement(minutesAgo: -16), .inFuture),
            (MadeContext.statement(status: .registered), .noValue),
            (MadeContext.statement(status: .unknown), .unknownStatus),
        ])
    func refuses(said: ContextStatement, reason: ContextRefusal) {
        let intake = intake(said)
        #expect(intake.refused == [reason: 1])
        #expect(intake.taken == 0)
    }

    @Test("a measurement without a number, a time or a code is refused")
    func bare() {
        let given = MadeContext.statement()
        func bare(
            _ codings: [ContextStatement.Coding], _ quantity: ContextStatement.Quantity?,
            _ time: Timestamp?
        ) -> [ContextRefusal: Int] {
            intake(
                ContextStatement(
                    kind: .observation, id: "o", codings: codings, quantity: quantity,
                    effective: time, issued: nil, status: .final)
            ).refused
        }
        #expect(bare([], given.quantity, given.effective) == [.noCode: 1])
        #expect(bare(given.codings, nil, given.effective) == [.noValue: 1])
        #expect(bare(given.codings, given.quantity, nil) == [.noTime: 1])
    }

    @Test("a clock a little ahead is no future, and a record without a time judges none")
    func clocks() {
        #expect(intake(MadeContext.statement(minutesAgo: -14)).taken == 1)
        #expect(intake(MadeContext.statement(minutesAgo: -99), written: nil).taken == 1)
        let said = MadeContext.statement(minutesAgo: -99)
        var table = ContextTable()
        _ = table.take(MadeContext.record([said], written: nil))
        #expect(table.values(of: MadeContext.patient(1), at: MadeContext.now).isEmpty)
    }

    @Test("of several codes the first that is known counts")
    func codings() {
        let said = MadeContext.statement()
        let both = ContextStatement(
            kind: .observation, id: "o",
            codings: [.init(system: "urn:local", code: "LAC")] + said.codings,
            quantity: said.quantity, effective: said.effective, issued: nil, status: .final)
        #expect(MadeContext.values(both).map(\.item) == [.lactate])
    }

    @Test(
        "a reason and a condition are there by their codes",
        arguments: [
            ("http://snomed.info/sct", "267036007", ContextItem.dyspnoea),
            ("http://hl7.org/fhir/sid/icd-10", "R06.0", .dyspnoea),
            ("http://hl7.org/fhir/sid/icd-10-cm", "R50.9", .fever),
            ("http://hl7.org/fhir/sid/icd-10-cm", "I50.21", .heartFailure),
        ])
    func presence(system: String, code: String, item: ContextItem) {
        let said = ContextStatement(
            kind: .presence, id: "c", codings: [.init(system: system, code: code)],
            quantity: nil, effective: MadeContext.now, issued: nil, status: .final)
        #expect(MadeContext.values(said).map(\.item) == [item])
        #expect(MadeContext.values(said).map(\.value) == [1])
    }
}
