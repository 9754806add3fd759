import Context
import Testing
import VigilCore

/// The file of weights, and what its reader refuses.
struct ContextWeightsTests {
    private let weights = ContextWeights(
        site: "north", made: MadeContext.now, model: Digest(of: [1]),
        fits: [
            MadeContext.fit([
                MadeContext.term(.reactiveProtein, 0.8, center: 1.4),
                MadeContext.term(.saturation, -0.4, center: 97),
            ])
        ])

    private func read(_ text: String) -> Result<ContextWeights, ContextError> {
        do throws(ContextError) {
            return .success(try ContextWeights(Array(text.utf8), file: "w"))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(_ old: String, _ new: String) -> ContextError.Refusal? {
        let text = weights.text
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch read(parts[0] + new + parts[1]) {
        case .success, .failure(.weightsUnreadable): return nil
        case .failure(.weightsRefused(_, let refusal, _)): return refusal
        }
    }

    @Test("what is written is read back, and its digest is its text's")
    func roundTrip() throws {
        #expect(try read(weights.text).get() == weights)
        #expect(weights.digest == Digest(of: weights.text.utf8))
        #expect(weights.fit(code: "consolidation", head: nil) != nil)
        #expect(weights.fit(code: "consolidation", head: "site") == nil)
        #expect(weights.fit(code: "effusion", head: nil) == nil)
    }

    @Test(
        "a file that breaks a rule is refused",
        arguments: [
            ("vigil.context/1", "vigil.context/2", ContextError.Refusal.unknownVersion),
            ("\"weight\":0.8", "\"weight\":-0.8", .wrongWay),
            ("\"weight\":-0.4", "\"weight\":0.4", .wrongWay),
            ("\"weight\":0.8", "\"weight\":null", .badNumber),
            ("\"weight\":0.8", "\"weight\":NaN", .unreadable),
            ("\"weight\":0.8", "\"weight\":1e999", .unreadable),
            ("\"weight\":0.8", "\"weight\":21.0", .badNumber),
            ("\"spread\":1.0", "\"spread\":0.0", .badNumber),
            ("\"slope\":1.5", "\"slope\":-1.5", .badNumber),
            ("\"low\":0.05", "\"low\":0.0", .noGain),
            ("\"low\":0.05", "\"low\":0.9", .badNumber),
            ("\"item\":\"crp\"", "\"item\":\"spo2\"", .wrongWay),
            ("\"item\":\"spo2\"", "\"item\":\"moon\"", .unknownItem),
            ("\"scale\":\"linear\"", "\"scale\":\"square\"", .malformed),
            ("\"site\":\"north\"", "\"site\":\"\"", .malformed),
            ("\"site\":\"north\"", "\"site\":\"north\",\"more\":1", .unknownMember),
            ("\"code\":\"consolidation\"", "\"code\":\"Not A Code\"", .malformed),
            ("\"positives\":200", "\"positives\":2000", .badNumber),
            ("{", "[", .unreadable),
        ])
    func refused(old: String, new: String, reason: ContextError.Refusal) {
        #expect(refusal(old, new) == reason)
    }

    @Test("a finding or an item that stands there twice is refused")
    func twice() {
        let fit = weights.fits[0]
        let both = ContextWeights(
            site: "north", made: MadeContext.now, model: Digest(of: [1]), fits: [fit, fit])
        #expect(
            read(both.text)
                == .failure(.weightsRefused(file: "w", .thereTwice, member: "findings")))
        let term = MadeContext.term(.lactate, 1)
        let doubled = ContextWeights(
            site: "north", made: MadeContext.now, model: Digest(of: [1]),
            fits: [MadeContext.fit([term, term])])
        #expect(
            read(doubled.text)
                == .failure(.weightsRefused(file: "w", .thereTwice, member: "findings.0.terms")))
    }

    @Test("any bytes give weights or a reason")
    func anyBytes() {
        var random = SplitMix64(seed: 9)
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = Array(weights.text.utf8)
            for _ in 0...random.below(3) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            if (try? ContextWeights(bytes, file: "w")) == nil { refused += 1 }
        }
        #expect(refused > 10_000)
    }
}
