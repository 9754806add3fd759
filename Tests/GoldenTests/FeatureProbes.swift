import Testing
import VigilCore

/// What `make_convolution_vectors.py` notes of one state of a convolutional network.
struct FeatureProbe {
    let place: Int
    let columns: Int
    let positions: Int
    /// The first values of the row at `place`, at most 64.
    let row: [Float]
    let rowLength: Double
    let corner: Double
    let length: Double

    static func all(_ json: JSONValue?) throws -> [FeatureProbe] {
        try #require(json?.arrayValue).map { probe in
            FeatureProbe(
                place: try #require(probe["place"]?.intValue),
                columns: try #require(probe["columns"]?.intValue),
                positions: try #require(probe["positions"]?.intValue),
                row: try GoldenVectors.rows(.array([probe["row"] ?? .null]))[0],
                rowLength: try #require(probe["rowLength"]?.doubleValue),
                corner: try #require(probe["corner"]?.doubleValue),
                length: try #require(probe["length"]?.doubleValue))
        }
    }

    /// Greatest error of a state, as a share of the expected values' root mean square.
    /// - Parameters:
    ///   - found: [positions, columns], rows `stride` apart.
    ///   - what: names the state in a failure.
    func error(
        _ found: UnsafeBufferPointer<Float>, columns: Int, stride: Int, _ what: String
    ) -> Double {
        guard columns == self.columns, found.count == (positions - 1) * stride + columns else {
            Issue.record("\(what): \(found.count) values in rows of \(columns)")
            return .infinity
        }
        func norm(_ range: Range<Int>) -> Double {
            var sum = 0.0
            for row in range {
                for column in 0..<columns {
                    let value = Double(found[row * stride + column])
                    sum += value * value
                }
            }
            return sum.squareRoot()
        }
        let scale = length / Double(positions * columns).squareRoot()
        var worst = abs(norm(0..<positions) / length - 1)
        worst = max(worst, abs(norm(place..<place + 1) / rowLength - 1))
        worst = max(worst, abs(norm(0..<1) - corner) / scale / Double(columns).squareRoot())
        for (index, value) in row.enumerated() {
            worst = max(
                worst, abs(Double(found[place * stride + index]) - Double(value)) / scale)
        }
        return worst
    }
}
