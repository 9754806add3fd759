import Testing
import VigilCore

/// Numbers that somebody else wrote.
struct OutsideTests {
    @Test("no number from outside traps, whatever it is", arguments: [Int64.min, -1, 0, 1, .max])
    func everyNumber(number: Int64) {
        let outside = Outside(number)
        #expect(outside.within(0...9).map { (0...9).contains($0) } ?? !(0...9).contains(number))
        #expect((0...9).contains(outside.clamped(to: 0...9)))
        #expect((outside.exactly(Int32.self) == nil) == (Int32(exactly: number) == nil))
        #expect((outside.adding(1) == nil) == (number == .max))
        #expect((outside.adding(-1) == nil) == (number == .min))
        let list = ["a", "b"]
        #expect((outside.element(of: list) == nil) == !(0...1).contains(number))
        #expect(outside.element(of: list[1...]) == (number == 1 ? "b" : nil))
        #expect(JSONValue(outside) == .integer(number) && "\(outside)" == "\(number)")
    }

    @Test("sums and order are those of the numbers")
    func arithmetic() {
        let two = Outside<Int64>(2)
        #expect(two.adding(3) == 5 && two < 3)
        #expect(two.clamped(to: 3...4) == 3 && two.clamped(to: 0...1) == 1)
        #expect(two.within(2...2) == 2 && two.rounded == 2)
    }

    @Test("a JSON number is one from outside when it is whole and fits")
    func json() {
        #expect(JSONValue.integer(.max).outside == Outside(.max))
        #expect(JSONValue.number(3).outside == 3)
        for value in [JSONValue.number(1e19), .number(0.5), "3", .null] {
            #expect(value.outside == nil)
        }
    }
}
