internal import VigilCore

/// Middles of classes and one covariance for all of them, fitted in double precision.
package struct GaussianFit: Sendable {
    /// How much of the covariance is replaced by a sphere of the same mean variance. With fewer
    /// embeddings than some thousands, directions that hardly vary would count for far too much.
    package enum Shrinkage: Sendable, Hashable {
        /// Nothing but a ridge of 1e-6 on the scatter, which is not divided by the count.
        case none
        /// This share, 0...1.
        case share(Double)
        /// The share that is expected to err least (Ledoit and Wolf 2004).
        case ledoitWolf
    }

    /// One row a class, in the order of their numbers.
    package let means: [[Double]]
    /// [width, width], row-major: the inverse of the covariance's Cholesky factor.
    package let axes: [Double]
    /// The share that was taken.
    package let share: Double

    /// - Parameters:
    ///   - rows: embeddings of one width.
    ///   - classes: the class of each, from 0 without a gap.
    package init(
        rows: [[Double]], classes: [Int], _ shrinkage: Shrinkage
    ) throws(TuningError) {
        let width = rows.first?.count ?? 0
        let count = (classes.max() ?? -1) + 1
        guard rows.count == classes.count, width > 0, rows.allSatisfy({ $0.count == width }),
            Set(classes).count == count, classes.allSatisfy({ $0 >= 0 })
        else { throw .nothingToLearn(reason: "there are no embeddings of one width") }
        means = Self.means(rows, classes, count: count)
        let means = means
        let residuals = zip(rows, classes).map { row, place in
            zip(row, means[place]).map { $0 - $1 }
        }
        var matrix = Self.scatter(residuals, width: width)
        let number = Double(rows.count)
        if shrinkage == .none {
            for place in 0..<width { matrix[place * width + place] += 1e-6 }
        }
        matrix = matrix.map { $0 / number }
        share = Self.share(shrinkage, matrix, residuals)
        let variance = (0..<width).reduce(0) { $0 + matrix[$1 * width + $1] } / Double(width)
        if share > 0 {
            let kept = 1 - share
            matrix = matrix.map { $0 * kept }
            for place in 0..<width { matrix[place * width + place] += share * variance }
        }
        axes = try Self.inverseFactor(matrix, width: width)
    }

    private static func means(_ rows: [[Double]], _ classes: [Int], count: Int) -> [[Double]] {
        (0..<count).map { place in
            let members = zip(rows, classes).filter { $0.1 == place }.map(\.0)
            return rows[0].indices.map { column in
                members.reduce(0) { $0 + $1[column] } / Double(members.count)
            }
        }
    }

    /// The sum of the residuals' products with themselves.
    private static func scatter(_ residuals: [[Double]], width: Int) -> [Double] {
        var matrix = [Double](repeating: 0, count: width * width)
        for row in residuals {
            row.withUnsafeBufferPointer { row in
                matrix.withUnsafeMutableBufferPointer { matrix in
                    for high in 0..<width {
                        for low in 0...high { matrix[high * width + low] += row[high] * row[low] }
                    }
                }
            }
        }
        for high in 0..<width {
            for low in 0..<high { matrix[low * width + high] = matrix[high * width + low] }
        }
        return matrix
    }

    /// - Parameter covariance: of the residuals, divided by their count.
    private static func share(
        _ shrinkage: Shrinkage, _ covariance: [Double], _ residuals: [[Double]]
    ) -> Double {
        switch shrinkage {
        case .none: return 0
        case .share(let share): return min(max(share, 0), 1)
        case .ledoitWolf: break
        }
        let width = Double(residuals[0].count)
        let count = Double(residuals.count)
        let mean =
            residuals[0].indices.reduce(0) { $0 + covariance[$1 * residuals[0].count + $1] } / width
        let squares = covariance.reduce(0) { $0 + $1 * $1 }
        let fourth = residuals.reduce(0) { sum, row in
            let square = row.reduce(0) { $0 + $1 * $1 }
            return sum + square * square
        }
        let spread = (squares - mean * mean * width) / width
        let error = (fourth / count - squares) / (width * count)
        return spread > 0 ? min(max(error, 0), spread) / spread : 1
    }

    /// The inverse of the lower factor L of L · Lᵀ.
    private static func inverseFactor(
        _ matrix: [Double], width: Int
    ) throws(TuningError) -> [Double] {
        var factor = matrix
        for row in 0..<width {
            for column in 0...row {
                var sum = factor[row * width + column]
                for place in 0..<column {
                    sum -= factor[row * width + place] * factor[column * width + place]
                }
                if row == column {
                    guard sum > 0, sum.isFinite else {
                        throw .nothingToLearn(
                            reason: "the embeddings vary in too few directions; shrink more")
                    }
                    factor[row * width + row] = sum.squareRoot()
                } else {
                    factor[row * width + column] = sum / factor[column * width + column]
                }
            }
        }
        var inverse = [Double](repeating: 0, count: width * width)
        for column in 0..<width {
            for row in column..<width {
                var sum = row == column ? 1.0 : 0
                for place in column..<row {
                    sum -= factor[row * width + place] * inverse[place * width + column]
                }
                inverse[row * width + column] = sum / factor[row * width + row]
            }
        }
        return inverse
    }
}
