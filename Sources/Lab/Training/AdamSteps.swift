#if canImport(Glibc)
    internal import Glibc
#endif

/// Adam (Kingma and Ba 2015) without weight decay, with PyTorch's constants.
struct AdamSteps {
    private var first: [Float]
    private var second: [Float]
    /// Steps that were made.
    private(set) var count = 0

    init(parameters: Int) {
        first = Array(repeating: 0, count: parameters)
        second = first
    }

    /// One step against the gradient.
    mutating func step(_ parameters: inout [Float], gradient: [Float], rate: Double) {
        count += 1
        let (beta1, beta2): (Float, Float) = (0.9, 0.999)
        let correction = 1 - pow(0.999, Double(count))
        let size = Float(rate / (1 - pow(0.9, Double(count))))
        let root = Float(correction.squareRoot())
        for index in parameters.indices {
            let slope = gradient[index]
            first[index] += (1 - beta1) * (slope - first[index])
            second[index] = beta2 * second[index] + (1 - beta2) * slope * slope
            parameters[index] -= size * first[index] / (second[index].squareRoot() / root + 1e-8)
        }
    }
}
