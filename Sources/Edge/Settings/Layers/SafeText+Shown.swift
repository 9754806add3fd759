internal import VigilCore

extension SafeText {
    /// A piece of the operator's configuration, cut to 80 characters, without credentials and
    /// without control characters.
    static func shown(_ given: String) -> SafeText {
        let text = Credentials.hidden(in: given)
        let scalars = text.unicodeScalars.prefix(80).map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control ? "\u{fffd}" : scalar
        }
        var view = String.UnicodeScalarView(scalars)
        if text.unicodeScalars.count > 80 { view.append("…") }
        return SafeText(operatorProvided: String(view))
    }
}
