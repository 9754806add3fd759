import Context
import Testing
import VigilCore

/// Where values stand on the topic, by which a replay finds them again.
struct ContextSourceTests {
    private let patient = MadeContext.patient(1)

    private func known(_ records: [ContextRecord]) -> [KnownValue] {
        var table = ContextTable()
        for record in records { _ = table.take(record) }
        return table.known(of: patient, at: MadeContext.now)
    }

    @Test("what is said twice stands where it was said last, in any order of arrival")
    func twice() {
        let statement = MadeContext.statement(value: 4)
        let (first, second) = (
            MadeContext.record([statement], offset: 5), MadeContext.record([statement], offset: 9)
        )
        for order in [[first, second], [second, first], [second, first, second]] {
            #expect(known(order).map(\.source.offset) == [9])
        }
        var (one, other) = (ContextTable(), ContextTable())
        for record in [first, second] { _ = one.take(record) }
        for record in [second, first, first] { _ = other.take(record) }
        #expect(one == other && one.valueCount == 1)
    }

    @Test("a value is found again in its record, and in no other")
    func again() throws {
        let said = [
            MadeContext.statement(id: "a", value: 4),
            MadeContext.statement("1988-5", id: "b", value: 90, unit: "mg/L"),
        ]
        let record = MadeContext.record(said, id: "bundle", offset: 7)
        let found = known([record])
        #expect(found.map(\.value.item) == [.lactate, .reactiveProtein])
        for one in found {
            #expect(one.source.offset == 7)
            let again = record.value(
                of: one.value.item, id: one.source.id, observed: one.value.observed)
            #expect(again == one)
        }
        let lactate = try #require(found.first)
        let (item, id, time) = (lactate.value.item, lactate.source.id, lactate.value.observed)
        #expect(record.value(of: .troponinT, id: id, observed: time) == nil)
        #expect(record.value(of: item, id: id ^ 1, observed: time) == nil)
        #expect(record.value(of: item, id: id, observed: MadeContext.now) == nil)
        let other = MadeContext.record([said[1]], id: "bundle", offset: 7)
        #expect(other.value(of: item, id: id, observed: time) == nil)
        #expect(MadeContext.retraction("bundle").value(of: item, id: id, observed: time) == nil)
    }

    @Test("weights are refused for another site, where both are said")
    func sites() {
        let north = ContextWeights(
            site: "north", made: MadeContext.now, model: Digest(of: [1]), fits: [])
        #expect(north.refusal(site: "south") == .otherSite)
        #expect(north.refusal(site: "north") == nil && north.refusal(site: nil) == nil)
        let nobody = ContextWeights(
            site: ContextWeights.siteNotStated, made: MadeContext.now, model: Digest(of: [1]),
            fits: [])
        #expect(nobody.refusal(site: "south") == nil)
    }
}
