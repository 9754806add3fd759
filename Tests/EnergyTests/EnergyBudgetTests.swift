import Energy
import Testing
import VigilCore

/// What a worker may use a day.
struct EnergyBudgetTests {
    private static let noon = Timestamp(microseconds: 20_000 * 86_400_000_000 + 43_200_000_000)
    private static let midnight = Timestamp(microseconds: 20_001 * 86_400_000_000)

    @Test("a budget is told as spent once a day, and is renewed at midnight")
    func day() {
        let budget = EnergyBudget(joules: 100, grams: nil)
        #expect(budget.isBounded)
        #expect(budget.add(joules: 99, grams: 1e9, at: Self.noon) == nil)
        #expect(!budget.isSpent(at: Self.noon) && budget.share(at: Self.noon) == 0.99)
        #expect(budget.add(joules: 1, grams: 0, at: Self.noon) == .joules)
        #expect(budget.add(joules: 1, grams: 0, at: Self.noon) == nil)
        #expect(budget.isSpent(at: Self.noon))
        #expect(EnergyBudget.nextDay(after: Self.noon) == Self.midnight)
        #expect(!budget.isSpent(at: Self.midnight) && budget.share(at: Self.midnight) == 0)
        #expect(budget.add(joules: 100, grams: 0, at: Self.midnight) == .joules)
    }

    @Test("the bound that is reached first counts, and without bounds nothing is ever spent")
    func kinds() {
        let budget = EnergyBudget(joules: 100, grams: 2)
        #expect(budget.add(joules: 10, grams: 2, at: Self.noon) == .grams)
        #expect(budget.share(at: Self.noon) == 1)
        let none = EnergyBudget(joules: nil, grams: nil)
        #expect(none.add(joules: 1e12, grams: 1e12, at: Self.noon) == nil)
        #expect(!none.isBounded && !none.isSpent(at: Self.noon) && none.share(at: Self.noon) == 0)
    }
}
