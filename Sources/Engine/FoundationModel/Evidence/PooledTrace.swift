internal import VigilCore

/// One image's way through a model that takes the mean of its last features over positions.
final class PooledTrace: EvidenceTrace {
    /// [positions, width].
    private let features: [Float]
    private let width: Int

    init(features: [Float], width: Int) {
        self.features = features
        self.width = width
    }

    func parts(of readout: PreparedReadout) -> EvidenceParts {
        let positions = features.count / max(width, 1)
        let shares = (0..<positions).map { position in
            var sum = 0.0
            for column in 0..<width {
                sum += readout.direction[column] * Double(features[position * width + column])
            }
            return sum / Double(positions)
        }
        return EvidenceParts(
            shares: shares, terms: [Evidence.Term(kind: .logitBias, share: readout.readout.bias)])
    }
}

extension PreparedReadout {
    /// Of a model whose embedding is a mean over positions.
    init(pooled readout: LogitReadout) {
        self.init(readout: readout, direction: readout.direction, constant: 0, layers: [])
    }
}

/// Keeps the last features of the first images of passes.
final class PooledTap: PassObserver {
    private(set) var traces: [PooledTrace] = []
    private var left: Int
    private let width: Int
    private let features: (borrowing ForwardPass, Int) -> [Float]

    /// - Parameters:
    ///   - width: of a position's features.
    ///   - features: those of an image of a finished pass, [positions, width].
    init(
        images: Int, width: Int, features: @escaping (borrowing ForwardPass, Int) -> [Float]
    ) {
        left = images
        self.width = width
        self.features = features
    }

    func willStep(_ pass: inout ForwardPass) {}

    func didStep(_ pass: borrowing ForwardPass) {
        guard pass.remaining == 0 else { return }
        for image in 0..<min(left, pass.count) {
            traces.append(PooledTrace(features: features(pass, image), width: width))
        }
        left -= min(left, pass.count)
    }
}
