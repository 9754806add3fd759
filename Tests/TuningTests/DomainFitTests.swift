import Testing
import Tuning
import VigilCore

/// The covariance behind a domain of training, and how a distance is chosen and limited.
@Suite("Domain of training, fitted")
struct DomainFitTests {
    /// Rows of a spread that differs by column and mixes neighbouring ones.
    private static func rows(_ count: Int, width: Int, seed: UInt64) -> [[Double]] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let free = (0..<width).map {
                Double($0 + 1) * Double.random(in: -1...1, using: &random)
            }
            return free.indices.map { free[$0] + 0.5 * free[max(0, $0 - 1)] }
        }
    }

    private static func covariance(_ rows: [[Double]], ridge: Double) -> [[Double]] {
        let count = Double(rows.count)
        let means = rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / count }
        return rows[0].indices.map { left in
            rows[0].indices.map { right in
                let sum = rows.reduce(0) {
                    $0 + ($1[left] - means[left]) * ($1[right] - means[right])
                }
                return (sum + (left == right ? ridge : 0)) / count
            }
        }
    }

    @Test("along the axes the embeddings vary by 1 and independently, without shrinkage")
    func whitens() throws {
        let width = 5
        let rows = Self.rows(300, width: width, seed: 7)
        let fit = try GaussianFit(rows: rows, classes: rows.map { _ in 0 }, .none)
        #expect(fit.share == 0 && fit.means.count == 1)
        let covariance = Self.covariance(rows, ridge: 1e-6)
        for left in 0..<width {
            for right in 0..<width {
                var sum = 0.0
                for a in 0..<width {
                    for b in 0..<width {
                        sum +=
                            fit.axes[left * width + a] * covariance[a][b]
                            * fit.axes[right * width + b]
                    }
                }
                #expect(abs(sum - (left == right ? 1 : 0)) < 1e-9)
            }
        }
    }

    @Test("the whole share makes a sphere of the mean variance")
    func sphere() throws {
        let rows = Self.rows(200, width: 3, seed: 8)
        let fit = try GaussianFit(rows: rows, classes: rows.map { _ in 0 }, .share(1))
        let covariance = Self.covariance(rows, ridge: 0)
        let length = 1 / ((covariance[0][0] + covariance[1][1] + covariance[2][2]) / 3).squareRoot()
        for (place, value) in fit.axes.enumerated() {
            #expect(abs(value - (place % 4 == 0 ? length : 0)) < 1e-9)
        }
    }

    @Test("Ledoit and Wolf's share falls with the number of embeddings, and lies within 0 and 1")
    func ledoitWolf() throws {
        let shares = try [4, 40, 4000].map { count in
            let rows = Self.rows(count, width: 6, seed: 9)
            return try GaussianFit(rows: rows, classes: rows.map { _ in 0 }, .ledoitWolf).share
        }
        #expect(shares.allSatisfy { (0...1).contains($0) })
        #expect(shares[0] > shares[1] && shares[1] > shares[2])
        #expect(shares[2] < 0.01)
    }

    @Test("classes have middles of their own and one covariance; a gap among them is refused")
    func classes() throws {
        let rows = Self.rows(100, width: 2, seed: 10)
        let both = rows + rows.map { [$0[0] + 50, $0[1]] }
        let numbers = both.indices.map { $0 < 100 ? 0 : 1 }
        let one = try GaussianFit(rows: rows, classes: rows.map { _ in 0 }, .share(0))
        let two = try GaussianFit(rows: both, classes: numbers, .share(0))
        #expect(abs(two.means[1][0] - two.means[0][0] - 50) < 1e-9)
        #expect(zip(one.axes, two.axes).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(throws: TuningError.self) {
            try GaussianFit(rows: both, classes: numbers.map { 2 * $0 }, .none)
        }
        #expect(throws: TuningError.self) {
            try GaussianFit(rows: [[1, 1], [1, 1]], classes: [0, 0], .share(0))
        }
    }

    @Test("what lies farther away separates; ties count half, and no number is farthest")
    func separation() {
        #expect(DomainCandidate.separation(inside: [1, 2], outside: [3, 4]) == 1)
        #expect(DomainCandidate.separation(inside: [3, 4], outside: [1, 2]) == 0)
        #expect(DomainCandidate.separation(inside: [1, 1], outside: [1]) == 0.5)
        #expect(DomainCandidate.separation(inside: [1, 3], outside: [2, .nan]) == 0.75)
        #expect(DomainCandidate.separation(inside: [], outside: [1]).isNaN)
    }

    @Test("no more than the share lies beyond the limit, and one fewer would not do")
    func limit() {
        let inside = (1...200).map { Double($0) }.reversed()
        for (share, limit) in [(0.0, 200.0), (0.005, 199), (0.01, 198), (0.0149, 198)] {
            #expect(DomainCandidate.limit(of: Array(inside), share: share) == limit)
        }
    }
}
