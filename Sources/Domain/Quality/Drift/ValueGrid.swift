/// Numbers of any size in few classes that are set beforehand, an eighth of a power of two wide, so
/// that counts of them add up whoever counted, and nothing of them was chosen by what was seen.
enum ValueGrid {
    /// Nearer to 0 than this power of two is 0.
    private static let leastExponent = -8
    /// What is greater than all is in the last class.
    private static let greatestExponent = 8
    private static let classesPerPower = 8
    /// No class has a number beyond it, nor below it with a minus.
    static let classMax =
        Int16((greatestExponent - leastExponent + 1) * classesPerPower)

    /// The class of a finite number; rises with it.
    static func cell(of value: Double) -> Int16 {
        let size = abs(value)
        guard size >= 0x1p-8 else { return 0 }
        let exponent = Int(size.exponent)
        guard exponent <= greatestExponent else { return value < 0 ? -classMax : classMax }
        let part = Int((size.significand - 1) * Double(classesPerPower))
        let place = Int16((exponent - leastExponent) * classesPerPower + part + 1)
        return value < 0 ? -place : place
    }
}
