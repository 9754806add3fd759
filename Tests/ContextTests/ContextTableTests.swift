import Context
import Testing
import VigilCore

/// What the table knows of a patient, within which bounds, after any order of arrival.
struct ContextTableTests {
    private let patient = MadeContext.patient(1)

    private func table(_ records: [ContextRecord]) -> ContextTable {
        var table = ContextTable()
        for record in records { _ = table.take(record) }
        return table
    }

    private func lactates(_ records: [ContextRecord]) -> [Double] {
        table(records).values(of: patient, at: MadeContext.now).map(\.value)
    }

    @Test("the newest value within its window counts")
    func newest() {
        let old = MadeContext.record([MadeContext.statement(id: "a", value: 1, minutesAgo: 90)])
        let new = MadeContext.record([MadeContext.statement(id: "b", value: 3, minutesAgo: 30)])
        #expect(lactates([new, old]) == [3])
    }

    @Test("a troponin of last year says nothing, and one of yesterday does")
    func windows() {
        func values(_ minutes: Int) -> Int {
            MadeContext.values(
                MadeContext.statement("67151-1", value: 60, unit: "ng/L", minutesAgo: minutes)
            ).count
        }
        #expect(values(365 * 24 * 60) == 0)
        #expect(values(24 * 60) == 1)
        #expect(values(48 * 60) == 1)
        #expect(values(48 * 60 + 1) == 0)
    }

    @Test("what is measured after the asked time is not known at it")
    func asOf() {
        let table = table([MadeContext.record([MadeContext.statement(minutesAgo: 60)])])
        let before = MadeContext.now.later(by: .seconds(-7200))
        #expect(table.values(of: patient, at: before).isEmpty)
        #expect(table.values(of: patient, at: MadeContext.now).count == 1)
    }

    @Test("one patient's values are never another's")
    func others() {
        let table = table([MadeContext.record([MadeContext.statement()], of: 2)])
        #expect(table.values(of: patient, at: MadeContext.now).isEmpty)
        #expect(table.values(of: MadeContext.patient(2), at: MadeContext.now).count == 1)
    }

    @Test("a correction stands in the place of what it corrects, also where it is not used itself")
    func corrections() {
        let first = MadeContext.record([MadeContext.statement(value: 4, issued: 0)])
        func corrected(_ value: Double, _ unit: String = "mmol/L") -> ContextRecord {
            MadeContext.record([
                MadeContext.statement(value: value, unit: unit, issued: 60, status: .corrected)
            ])
        }
        for order in [[first, corrected(1)], [corrected(1), first]] {
            #expect(lactates(order) == [1])
        }
        for order in [[first, corrected(1, "mg")], [corrected(400), first]] {
            #expect(lactates(order) == [])
        }
    }

    @Test("a final result stands in the place of a preliminary one issued at the same time")
    func finals() {
        let early = MadeContext.record([
            MadeContext.statement(value: 4, issued: 0, status: .preliminary)
        ])
        let last = MadeContext.record([MadeContext.statement(value: 3, issued: 0)])
        #expect(lactates([early]) == [4])
        #expect(lactates([early, last]) == [3])
        #expect(lactates([last, early]) == [3])
    }

    @Test("what is taken back counts no more, whenever that was said, and what came before does")
    func retractions() {
        let old = MadeContext.record([MadeContext.statement(id: "a", value: 1, minutesAgo: 90)])
        let wrong = MadeContext.record([MadeContext.statement(id: "b", value: 9)])
        let takenBack = [
            MadeContext.retraction("b"),
            MadeContext.record([MadeContext.statement(id: "b", status: .enteredInError)]),
            MadeContext.record([MadeContext.statement(id: "b", status: .cancelled)]),
        ]
        for record in takenBack {
            #expect(lactates([old, wrong, record]) == [1])
            #expect(lactates([record, wrong, old]) == [1])
        }
    }

    @Test("a tombstone takes back that one observation, and all that came in its bundle")
    func tombstones() {
        let said = [
            MadeContext.statement(id: "a", value: 1),
            MadeContext.statement("718-7", id: "b", value: 9, unit: "g/dL"),
        ]
        let bundle = MadeContext.record(said, id: "bundle")
        #expect(lactates([bundle]) == [1, 9])
        #expect(lactates([bundle, MadeContext.retraction("a")]) == [9])
        #expect(lactates([bundle, MadeContext.retraction("bundle")]) == [])
        #expect(lactates([bundle, MadeContext.retraction("other")]) == [1, 9])
    }

    @Test("a panel's parts go with it: taken back, or corrected without them")
    func panels() {
        func part(_ status: ObservationStatus, issued: Int, value: Double) -> ContextStatement {
            let whole = MadeContext.statement(id: "p#0", value: value, issued: issued)
            return ContextStatement(
                kind: .observation, id: whole.id, resource: "p", codings: whole.codings,
                quantity: whole.quantity, effective: whole.effective, issued: whole.issued,
                status: status)
        }
        let panel = MadeContext.record([part(.final, issued: 0, value: 3)], id: "bundle")
        let corrected = MadeContext.record([
            MadeContext.statement("0-0", id: "p", issued: 9, status: .corrected)
        ])
        #expect(lactates([panel]) == [3])
        for record in [MadeContext.retraction("p"), corrected] {
            #expect(lactates([panel, record]) == [])
            #expect(lactates([record, panel]) == [])
        }
        let again = MadeContext.record([part(.corrected, issued: 9, value: 2)], id: "bundle")
        #expect(lactates([again, panel]) == [2])
    }

    @Test("10,000 results of one patient take no more room, and the newest is there")
    func flood() {
        var table = ContextTable()
        for number in 0..<10_000 {
            // The newest comes in the middle.
            let age = 1 + (number + 5000) % 10_000
            _ = table.take(
                MadeContext.record([
                    MadeContext.statement(
                        id: "\(number)", value: number == 5000 ? 7 : 1, minutesAgo: age)
                ]))
        }
        #expect(table.valueCount <= 16)
        #expect(table.values(of: patient, at: MadeContext.now).map(\.value) == [7])
    }

    @Test("with too much taken back nothing of the patient is used, and of others all is")
    func overrun() {
        var records = (0..<300).map { MadeContext.retraction("x\($0)") }
        records.append(MadeContext.record([MadeContext.statement()]))
        records.append(MadeContext.record([MadeContext.statement()], of: 2))
        let table = table(records)
        #expect(table.values(of: patient, at: MadeContext.now).isEmpty)
        #expect(table.values(of: MadeContext.patient(2), at: MadeContext.now).count == 1)
    }

    @Test("a full table says so, keeps what it has, and has room again after a while")
    func full() {
        var table = ContextTable(patientsMax: 2, valuesMax: 100)
        for number in 1...2 {
            let said = MadeContext.statement(minutesAgo: 60 * 20)
            #expect(table.take(MadeContext.record([said], of: number)).taken == 1)
        }
        let third = MadeContext.record([MadeContext.statement()], of: 3)
        #expect(table.take(third).refused == [.crowded: 1])
        #expect(table.patientCount == 2)
        let newer = MadeContext.record([MadeContext.statement(id: "n", value: 5)], of: 1)
        #expect(table.take(newer).taken == 1)
        table.expire(at: MadeContext.now.later(by: .seconds(6 * 3600)))
        #expect(table.patientCount == 1)
        #expect(table.take(third).taken == 1)
        #expect(table.valueCount == 2)
    }

    @Test("a patient of whom nothing can be used leaves nothing behind")
    func nothing() {
        var table = ContextTable()
        _ = table.take(MadeContext.record([MadeContext.statement("0-0")]))
        #expect(table == ContextTable())
    }

    @Test("any of 1,000 orders of arrival ends in an equal table", arguments: [11, 12, 13])
    func orders(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let records = (0..<400).map { _ in Self.drawn(&random) }
        let expected = table(records)
        #expect(expected.valueCount > 50)
        for _ in 0..<1000 {
            var shuffled = records
            shuffled.shuffle(using: &random)
            // Some come twice.
            shuffled += shuffled.prefix(20)
            guard table(shuffled) == expected else {
                Issue.record("another order ends in another table")
                return
            }
        }
    }

    private static func drawn(_ random: inout SplitMix64) -> ContextRecord {
        let patient = random.below(3)
        let id = "o\(random.below(60))"
        if random.below(10) == 0 { return MadeContext.retraction(id, of: patient) }
        let kinds = [
            ("2524-7", "mmol/L", 2.0), ("718-7", "g/dL", 12), ("8867-4", "/min", 80),
            ("2524-7", "mg", 2), ("0-0", "%", 1), ("2524-7", "mmol/L", 99),
        ]
        let kind = kinds[random.below(kinds.count)]
        let status = ObservationStatus.allCases[random.below(ObservationStatus.allCases.count)]
        return MadeContext.record(
            [
                MadeContext.statement(
                    kind.0, id: id, value: kind.2 + random.unit(), unit: kind.1,
                    minutesAgo: random.below(2000), issued: random.below(5) * 60, status: status)
            ], of: patient, id: random.below(3) == 0 ? "bundle\(random.below(4))" : nil)
    }
}
