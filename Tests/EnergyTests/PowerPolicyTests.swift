import Energy
import Testing

/// Choosing how the engine runs.
struct PowerPolicyTests {
    private func choice(_ rate: Double, _ joules: Double, _ batch: Double = 0.1)
        -> PowerPolicy.Choice
    {
        PowerPolicy.Choice(rate: rate, joules: joules, batchSeconds: batch)
    }

    @Test("the frontier holds what nothing beats in both speed and joules")
    func frontier() {
        let choices = [choice(10, 5), choice(20, 6), choice(15, 7), choice(20, 8), choice(5, 1)]
        #expect(PowerPolicy.frontier(choices) == [1, 0, 4])
        #expect(PowerPolicy.frontier([]) == [])
    }

    @Test("the fewest joules win among what is fast enough")
    func choose() {
        let choices = [choice(10, 5), choice(20, 6, 0.4), choice(5, 1, 2)]
        #expect(PowerPolicy.choose(choices, deadline: 3) == 2)
        #expect(PowerPolicy.choose(choices, deadline: 1) == 0)
        #expect(PowerPolicy.choose(choices, deadline: 1, arrivals: 10) == 1)
        #expect(PowerPolicy.choose(choices, deadline: 0.01) == nil)
    }
}
