import Testing
import VigilCore

/// The binomial tail, and claims that rest on it.
struct RiskClaimTests {
    @Test(
        "the tail is that of exact fractions",
        arguments: [
            // Sums of fractions of whole numbers in Python, rounded once at the end.
            (59, 0, 0.05, 0.048494525249423236), (299, 0, 0.01, 0.04953625663766248),
            (82, 7, 0.1, 0.416751148364359), (100, 1, 0.05, 0.03708120932735521),
            (300, 8, 0.05, 0.03406581352150657), (1000, 37, 0.05, 0.030664390047928355),
            (1000, 0, 0.01, 4.317124741065825e-05), (20, 15, 0.5, 0.9940910339355469),
            (500, 60, 0.1, 0.9381745228130004), (2000, 3, 0.01, 2.9768798966884025e-06),
            (17, 16, 0.3, 0.9999999987085983), (1000, 900, 0.1, 1),
        ])
    func tail(count: Int, hits: Int, share: Double, expected: Double) {
        let found = BinomialTail.atMost(hits, of: count, share: share)
        #expect(abs(found - expected) <= 1e-12 * expected, "\(found)")
    }

    @Test("the tail rises with the hits, falls with the share, and meets its mirror image")
    func shape() {
        for count in [1, 2, 7, 58, 300] {
            for share in [0.001, 0.05, 0.3, 0.5, 0.9] {
                var last = 0.0
                for hits in 0...count {
                    let tail = BinomialTail.atMost(hits, of: count, share: share)
                    #expect(tail >= last - 1e-15 && tail <= 1)
                    let more = BinomialTail.atMost(hits, of: count, share: share + 0.05)
                    #expect(more <= tail + 1e-15)
                    // More than so many hits are fewer than so many of the others.
                    let mirror = BinomialTail.atMost(
                        count - hits - 1, of: count, share: 1 - share)
                    #expect(abs(tail + mirror - 1) < 1e-12)
                    last = tail
                }
            }
        }
    }

    @Test("a tail of what cannot be counted proves nothing and ends")
    func outside() {
        for (hits, count, share) in [
            (0, 0, 0.1), (0, -1, 0.1), (0, Int.max, 0.1), (0, 5, .nan), (0, 5, -0.1), (0, 5, 1.1),
            (5, 5, 0.1), (Int.max, 5, 0.1), (3, 5, 0), (0, 5, .infinity),
        ] {
            #expect(BinomialTail.atMost(hits, of: count, share: share) == 1)
        }
        #expect(BinomialTail.atMost(-1, of: 5, share: 0.1) == 0)
        #expect(BinomialTail.atMost(4, of: 5, share: 1) == 0)
        let large = BinomialTail.atMost(
            BinomialTail.countMax / 20, of: BinomialTail.countMax, share: 0.05)
        #expect(abs(large - 0.5) < 1e-3)
    }

    @Test("5 % needs 59 studies and 1 % needs 299, at a probability of 5 %")
    func least() throws {
        #expect(try #require(RiskClaim(alpha: 0.05, delta: 0.05)).leastCount == 59)
        #expect(try #require(RiskClaim(alpha: 0.01, delta: 0.05)).leastCount == 299)
    }

    @Test("the least count is the first at which none lost is improbable enough")
    func leastIsFirst() throws {
        for alpha in [0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5] {
            for delta in [1e-9, 1e-4, 0.01, 0.05, 0.1, 0.25, 0.5] {
                let claim = try #require(RiskClaim(alpha: alpha, delta: delta))
                let least = claim.leastCount
                #expect(claim.pValue(losses: 0, of: least) <= delta)
                #expect(least == 1 || claim.pValue(losses: 0, of: least - 1) > delta)
            }
        }
    }

    @Test(
        "bounds that are none are no claim",
        arguments: [Double.nan, .infinity, -0.05, 0, 0.51, 1e-12])
    func bad(number: Double) {
        #expect(RiskClaim(alpha: number, delta: 0.05) == nil)
        #expect(RiskClaim(alpha: 0.05, delta: number) == nil)
    }

    @Test("a proof stands by its counts alone")
    func proof() throws {
        let claim = try #require(RiskClaim(alpha: 0.05, delta: 0.05))
        #expect(RiskProof(claim: claim, count: 59, losses: 0).stands)
        #expect(!RiskProof(claim: claim, count: 58, losses: 0).stands)
        #expect(!RiskProof(claim: claim, count: 59, losses: 1).stands)
        #expect(RiskProof(claim: claim, count: 300, losses: 8).stands)
        #expect(!RiskProof(claim: claim, count: 300, losses: 9).stands)
        #expect(!RiskProof(claim: claim, count: 300, losses: -1).stands)
        #expect(!RiskProof(claim: claim, count: 0, losses: 0).stands)
    }
}
