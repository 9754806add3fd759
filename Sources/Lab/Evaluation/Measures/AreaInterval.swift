/// Intervals of areas under the curve, and of differences of two.
enum AreaInterval {
    /// Below so many studies' worth of wrong ranks on the smaller side DeLong's normal error is not
    /// to be trusted alone (at 0.99 with 60 studies of 1,960 it covers 86 % for 95 %).
    static let misrankedLeast = 5.0

    /// DeLong's error by patients on the scale of the logit, which stays within 0 and 1. Near the
    /// border, where that error is too small or none, the wider of it and Newcombe's.
    static func area(_ values: PlacementValues, confidence: Double) -> ClosedRange<Double> {
        let area = values.area
        let border = newcombe(
            area, positives: values.patientsWith, negatives: values.patientsWithout,
            confidence: confidence)
        guard area > 0, area < 1, let variance = values.covariance(values), variance > 0 else {
            return border
        }
        let z = Distributions.normalQuantile((1 + confidence) / 2)
        let spread = z * variance.squareRoot() / (area * (1 - area))
        let logit = Logarithm.of(area / (1 - area))
        func share(_ x: Double) -> Double { 1 / (1 + Logarithm.power(-x)) }
        let inner = share(logit - spread)...share(logit + spread)
        let misranked =
            min(area, 1 - area) * Double(min(values.patientsWith, values.patientsWithout))
        guard misranked < misrankedLeast else { return inner }
        return min(inner.lowerBound, border.lowerBound)...max(inner.upperBound, border.upperBound)
    }

    /// The areas that are not refuted, the error being taken at each of them (Newcombe 2006,
    /// method 5): as Wilson's interval for shares it has a width at the border too.
    static func newcombe(
        _ area: Double, positives: Int, negatives: Int, confidence: Double
    ) -> ClosedRange<Double> {
        let z = Distributions.normalQuantile((1 + confidence) / 2)
        let pairs = Double(positives) * Double(negatives)
        let more = Double(positives + negatives) / 2 - 1
        func isRefuted(_ other: Double) -> Bool {
            let spread = 1 + more * (1 - other) / (2 - other) + more * other / (1 + other)
            let distance = area - other
            return distance * distance > z * z * other * (1 - other) * spread / pairs
        }
        let low = Distributions.bisected(in: 0...area, while: isRefuted)
        let high = Distributions.bisected(in: area...1) { !isRefuted($0) }
        return min(low, area)...max(high, area)
    }

    /// Of a difference whose resamplings show none, though each of the areas may be another: the
    /// intervals of both combined as independent (MOVER, Zou 2008).
    static func difference(_ first: Estimate, _ second: Estimate) -> ClosedRange<Double>? {
        guard let firstLow = first.low, let firstHigh = first.high, let secondLow = second.low,
            let secondHigh = second.high
        else { return nil }
        func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        let difference = first.value - second.value
        let below = length(first.value - firstLow, secondHigh - second.value)
        let above = length(firstHigh - first.value, second.value - secondLow)
        return max(-1, difference - below)...min(1, difference + above)
    }
}
