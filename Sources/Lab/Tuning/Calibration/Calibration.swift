/// What turns a head's logits into calibrated ones.
package enum Calibration: Sendable, Hashable {
    case linear(LinearCalibration)
    case isotonic(IsotonicCalibration)

    /// How it is found.
    package enum Method: String, Sendable, Hashable, CaseIterable {
        case none
        case temperature
        case platt
        case isotonic
    }

    /// Fits on studies that the head has not learned from.
    package init(_ method: Method, _ logits: [Double], _ isPositive: [Bool]) {
        switch method {
        case .none: self = .linear(.none)
        case .temperature: self = .linear(.temperature(logits, isPositive))
        case .platt: self = .linear(.platt(logits, isPositive))
        case .isotonic: self = .isotonic(IsotonicCalibration(logits, isPositive))
        }
    }

    /// The calibrated probability of a logit.
    package func probability(_ logit: Double) -> Double {
        switch self {
        case .linear(let calibration): Sigmoid.of(calibration.logit(logit))
        case .isotonic(let calibration): Sigmoid.of(calibration.logit(logit))
        }
    }
}
