import RiskControl

/// P-values of 59 to 1,000 studies with up to a tenth of them lost, a line each: studies, losses,
/// alpha, and the value for losses of 0 and 1 and for bounded ones.
enum PValueGrid {
    private static let alphas = [0.01, 0.05, 0.1]

    static func write() {
        for count in 59...1000 {
            var lines = ""
            for losses in 0...(count / 10) {
                for alpha in alphas {
                    let binary = HoeffdingBentkus.pValue(
                        losses: losses, of: count, alpha: alpha)
                    let bounded = HoeffdingBentkus.pValue(
                        sum: Double(losses), of: count, alpha: alpha)
                    lines += "\(count) \(losses) \(alpha) \(binary) \(bounded)\n"
                }
            }
            print(lines, terminator: "")
        }
    }
}
