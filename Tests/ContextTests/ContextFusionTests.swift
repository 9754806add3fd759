import Context
import Testing
import VigilCore

/// The shares of a fused score, and what it may do.
struct ContextFusionTests {
    private static let terms = [
        MadeContext.term(.reactiveProtein, 0.8, center: 1.4),
        MadeContext.term(.saturation, -0.4, center: 97),
        MadeContext.term(.haemoglobin, 0.3, center: 13), MadeContext.term(.dyspnoea, 0.7),
        MadeContext.term(.priorStudy, 0.5),
    ]

    private func value(_ item: ContextItem, _ value: Double) -> ContextValue {
        ContextValue(item: item, value: value, observed: MadeContext.now, status: .final)
    }

    @Test("what is known raises a score by its shares, and each part has its own")
    func shares() throws {
        let known = [value(.reactiveProtein, 180), value(.saturation, 91), value(.dyspnoea, 1)]
        let fused = try #require(MadeContext.fit(Self.terms).fused(0.5, with: known))
        #expect(fused.image.units == 0)
        #expect(fused.items.map(\.item) == [.reactiveProtein, .saturation, .dyspnoea])
        #expect(
            fused.parts.map(\.part) == [.image, .laboratory, .vitalSigns, .reason, .rest])
        #expect(fused.rest.value == -0.25)
        #expect(abs(fused.total.value - (0.8 * 3.7930 + 0.4 * 4 + 0.7 - 0.25)) < 1e-3)
        #expect(fused.raised > 0.9)
    }

    @Test("without a value that has a weight there is nothing to fuse")
    func nothing() {
        let fit = MadeContext.fit(Self.terms)
        #expect(fit.fused(0.5, with: []) == nil)
        #expect(fit.fused(0.5, with: [value(.lactate, 9)]) == nil)
        #expect(fit.fused(0.5, with: [value(.saturation, .nan)]) == nil)
    }

    @Test("a score that is no probability is not fused")
    func noProbability() {
        let known = [value(.saturation, 91)]
        for score in [Double.nan, .infinity, -.infinity, -0.1, 1.1] {
            #expect(MadeContext.fit(Self.terms).fused(score, with: known) == nil)
        }
    }

    @Test("parts sum to the whole bit for bit, and context never hides: 1,000,000 cases")
    func sums() {
        var random = SplitMix64(seed: 4)
        let odd = [Double.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -1e300]
        func number() -> Double {
            switch random.below(8) {
            case 0: odd[random.below(odd.count)]
            case 1: Double(bitPattern: random.next())
            default: 200 * random.unit() - 20
            }
        }
        var fusedCount = 0
        for _ in 0..<1_000_000 {
            let terms = Self.terms.map {
                ContextTerm(
                    item: $0.item, scale: $0.scale, center: number(), spread: number(),
                    weight: number())
            }
            let known = Self.terms.filter { _ in random.below(3) > 0 }.map {
                value($0.item, number())
            }
            let score = random.below(16) == 0 ? number() : random.unit()
            guard let fused = MadeContext.fit(terms).fused(score, with: known) else { continue }
            fusedCount += 1
            guard Self.holds(fused, score) else {
                Issue.record("the parts of \(score) do not sum, or context hides it")
                return
            }
        }
        #expect(fusedCount > 300_000)
    }

    private static func holds(_ fused: FusedScore, _ score: Double) -> Bool {
        let parts = fused.parts.map(\.share)
        let whole = fused.total
        // A whole may lie beyond what one part may be, and reading it as one part draws it in.
        let most = Int64(LogOdds.most * 0x1p32)
        let drawn = LogOdds(units: min(max(whole.units, -most), most))
        // As whole numbers, as doubles forwards, and as doubles backwards.
        return parts.reduce(0) { $0 + $1.units } == whole.units
            && parts.reduce(0.0) { $0 + $1.value }.bitPattern == (whole.value + 0.0).bitPattern
            && parts.reversed().reduce(0.0) { $0 + $1.value } == whole.value
            && fused.items.reduce(0.0) { $0 + $1.share.value }
                == whole.value - fused.image.value - fused.rest.value
            && Int64(exactly: whole.value * 0x1p32) == whole.units
            && LogOdds(whole.value) == drawn
            && fused.raised >= score && fused.raised <= 1
    }

    @Test("more of what medicine calls worse never lowers a fused score")
    func monotone() throws {
        let fit = MadeContext.fit([
            MadeContext.term(.reactiveProtein, 0.8, center: 1.4),
            MadeContext.term(.saturation, -0.4, center: 97),
        ])
        var last = -Double.infinity
        for step in 0..<200 {
            let known = [
                value(.reactiveProtein, Double(step)), value(.saturation, 100 - Double(step) / 4),
            ]
            let total = try #require(fit.fused(0.3, with: known)).total.value
            #expect(total >= last)
            last = total
        }
    }
}
