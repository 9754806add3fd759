import FoundationModel
import Tuning
import VigilCore

/// One choice of a distance: fitted on every second image of the inside, limited and held against
/// the outside by the others.
struct DomainSession {
    /// A distance with what it is worth.
    struct Trial {
        let candidate: DomainCandidate
        /// Of its covariance; nil of neighbours.
        let shrinkage: Double?
        /// Of the images that it was not fitted on, and of each file of others.
        let inside: [Double]
        let outside: [[Double]]
        /// The area under the ROC curve of each file of others.
        let separations: [Double]

        /// The mean over the files.
        var separation: Double {
            separations.isEmpty ? 0 : separations.reduce(0, +) / Double(separations.count)
        }
    }

    let options: DomainOptions
    let inside: DomainData
    let outside: [DomainData]

    /// All distances that were asked for, in order.
    func trials() throws -> [Trial] {
        let classes = try inside.classes(options)
        let places = inside.rows.indices
        let fitted = places.filter { $0 % 2 == 0 }
        let rows = fitted.map { place in inside.rows[place].map { Double($0) } }
        // A class that no fitted image has would leave a gap in the numbers.
        let present = Set(fitted.map { classes.numbers[$0] }).sorted()
        let numbers = fitted.map { present.firstIndex(of: classes.numbers[$0]) ?? 0 }
        let held = places.filter { $0 % 2 == 1 }.map { inside.rows[$0] }
        var trials: [Trial] = []
        for shrinkage in options.shrinkages {
            let fit = try GaussianFit(rows: rows, classes: numbers, shrinkage)
            trials.append(trial(.mahalanobis(fit), fit.share, held))
            guard present.count > 1 else { continue }
            let background = try GaussianFit(
                rows: rows, classes: numbers.map { _ in 0 }, shrinkage)
            trials.append(trial(.relative(fit, background: background), fit.share, held))
        }
        let nearest = Array(rows.prefix(options.rowsMax))
        if nearest.count >= options.rank {
            trials.append(trial(.neighbours(nearest, rank: options.rank), nil, held))
        }
        return trials
    }

    private func trial(
        _ candidate: DomainCandidate, _ shrinkage: Double?, _ held: [[Float]]
    ) -> Trial {
        let distance = candidate.distance { $0 }
        func all(_ rows: [[Float]]) -> [Double] {
            rows.map { $0.withUnsafeBufferPointer { distance($0) } }
        }
        let near = all(held)
        let far = outside.map { all($0.rows) }
        return Trial(
            candidate: candidate, shrinkage: shrinkage, inside: near, outside: far,
            separations: far.map {
                DomainCandidate.separation(inside: near, outside: $0)
            })
    }

    /// The limit of a distance as its file holds it, in single precision.
    func limit(of trial: Trial) throws(TuningError) -> Double {
        let distance = trial.candidate.distance { Double(Float($0)) }
        let held = inside.rows.indices.filter { $0 % 2 == 1 }.map { place in
            inside.rows[place].withUnsafeBufferPointer { distance($0) }
        }
        let limit = DomainCandidate.limit(of: held, share: options.share)
        var isRelative = false
        if case .relative = trial.candidate { isRelative = true }
        guard limit.isFinite, limit > 0 || isRelative else {
            throw .nothingToLearn(reason: "the images of --inside are all alike")
        }
        return limit
    }
}

extension DomainCandidate {
    /// The distance as a worker tells it.
    /// - Parameter stored: what becomes of a number in its file.
    fileprivate func distance(_ stored: (Double) -> Double) -> DomainDistance {
        func gaussian(_ fit: GaussianFit) -> DomainGaussian {
            DomainGaussian(means: fit.means.map { $0.map(stored) }, axes: fit.axes.map(stored))
        }
        return switch self {
        case .mahalanobis(let fit): .mahalanobis(gaussian(fit))
        case .relative(let fit, let background):
            .relative(gaussian(fit), background: gaussian(background))
        case .neighbours(let rows, let rank):
            .neighbours(DomainNeighbours(rows: rows.map { $0.map(stored) }, rank: rank))
        }
    }
}
