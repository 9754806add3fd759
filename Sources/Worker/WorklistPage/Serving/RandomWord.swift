internal import VigilCore

/// Words that nobody guesses.
enum RandomWord {
    /// 32 hexadecimal digits by the system's generator.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}
