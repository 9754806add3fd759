internal import Tensor
internal import VigilCore

/// Reads typed fields of a JSON configuration and names the field in each error.
struct ConfigurationReader {
    private let value: JSONValue
    private let file: SafeText
    private let path: String

    init(_ value: JSONValue, file: SafeText, path: String) {
        self.value = value
        self.file = file
        self.path = path
    }

    func bad(_ field: String, _ reason: SafeText) -> ModelError {
        .badConfiguration(
            file: file, field: SafeText(operatorProvided: path + field), reason: reason)
    }

    /// A member that is there and not null.
    func member(_ name: String) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    func object(_ name: String) throws(ModelError) -> ConfigurationReader {
        let member = member(name) ?? [:]
        guard member.objectValue != nil else { throw bad(name, "it is no object") }
        return ConfigurationReader(member, file: file, path: "\(path)\(name).")
    }

    func integer(
        _ name: String, default standard: Int, in range: ClosedRange<Int>
    ) throws(ModelError) -> Int {
        guard let member = member(name) else { return standard }
        guard let value = member.intValue, range.contains(value) else {
            throw bad(name, "it is no whole number in \(range.lowerBound)…\(range.upperBound)")
        }
        return value
    }

    func number(
        _ name: String, default standard: Double, in range: ClosedRange<Double>
    ) throws(ModelError) -> Double {
        guard let member = member(name) else { return standard }
        guard let value = member.doubleValue, range.contains(value) else {
            throw bad(name, "it is no number in \(range.lowerBound)…\(range.upperBound)")
        }
        return value
    }

    func text(_ name: String, default standard: String) throws(ModelError) -> String {
        guard let member = member(name) else { return standard }
        guard let text = member.stringValue else { throw bad(name, "it is no text") }
        return text
    }

    func bool(_ name: String, default standard: Bool) throws(ModelError) -> Bool {
        guard let member = member(name) else { return standard }
        guard let value = member.boolValue else { throw bad(name, "it is no truth value") }
        return value
    }
}

extension ConfigurationReader {
    /// The defaults of an encoder's fields, which published configurations leave out.
    struct EncoderDefaults {
        var width = 768
        var layers = 12
        var heads = 12
        var hidden = 3072
        var epsilon: Double
        var activation: String
        var normPlace = EncoderConfiguration.NormPlace.before
    }

    /// The fields that all families' encoders have under the same names.
    func encoder(_ defaults: EncoderDefaults) throws(ModelError) -> EncoderConfiguration {
        let (width, heads) = try widthAndHeads(defaults)
        return EncoderConfiguration(
            width: width,
            layers: try integer("num_hidden_layers", default: defaults.layers, in: 1...512),
            heads: heads,
            hiddenWidth: try integer(
                "intermediate_size", default: defaults.hidden, in: 1...131_072),
            activation: try activation(default: defaults.activation),
            epsilon: Float(try number("layer_norm_eps", default: defaults.epsilon, in: 1e-15...1)),
            normPlace: defaults.normPlace)
    }

    /// `hidden_size` and `num_attention_heads`, which must go together.
    func widthAndHeads(
        _ defaults: EncoderDefaults
    ) throws(ModelError) -> (width: Int, heads: Int) {
        let width = try integer("hidden_size", default: defaults.width, in: 1...16_384)
        let heads = try integer("num_attention_heads", default: defaults.heads, in: 1...1024)
        guard width % heads == 0 else {
            throw bad("hidden_size", "\(width) is no multiple of num_attention_heads \(heads)")
        }
        guard width / heads <= Engine.headWidthMax else {
            throw bad("num_attention_heads", "a head of \(width / heads) columns is too wide")
        }
        return (width, heads)
    }

    /// `hidden_act`, by transformers' names.
    func activation(default standard: String) throws(ModelError) -> Activation {
        let name = try text("hidden_act", default: standard)
        switch name {
        case "quick_gelu": return .quickGelu
        case "gelu": return .gelu
        case "gelu_pytorch_tanh", "gelu_new": return .geluTanh
        default: throw .unknownActivation(found: SafeText(operatorProvided: name))
        }
    }

    /// A side in pixels: a number, or a list of two equal ones.
    func side(
        _ name: String, default standard: Int, in range: ClosedRange<Int>
    ) throws(ModelError) -> Int {
        guard let list = member(name)?.arrayValue else {
            return try integer(name, default: standard, in: range)
        }
        guard list.count == 2, let side = list[0].intValue, list[1].intValue == side,
            range.contains(side)
        else { throw bad(name, "it is no square in \(range.lowerBound)…\(range.upperBound)") }
        return side
    }
}

extension ConfigurationReader {
    /// A list of whole numbers.
    func integers(
        _ name: String, default standard: [Int], count: ClosedRange<Int>,
        in range: ClosedRange<Int>
    ) throws(ModelError) -> [Int] {
        guard let member = member(name) else { return standard }
        let numbers = (member.arrayValue ?? []).compactMap(\.intValue)
        guard numbers.count == member.arrayValue?.count, count.contains(numbers.count),
            numbers.allSatisfy({ range.contains($0) })
        else {
            throw bad(
                name,
                "it is no list of whole numbers in \(range.lowerBound)…\(range.upperBound)")
        }
        return numbers
    }

    /// A list of texts.
    func texts(
        _ name: String, default standard: [String], count: ClosedRange<Int>
    ) throws(ModelError) -> [String] {
        guard let member = member(name) else { return standard }
        let texts = (member.arrayValue ?? []).compactMap(\.stringValue)
        guard texts.count == member.arrayValue?.count, count.contains(texts.count) else {
            throw bad(name, "it is no list of at most \(count.upperBound) texts")
        }
        return texts
    }

    /// A list of numbers.
    func numbers(
        _ name: String, default standard: [Double], count: Int, in range: ClosedRange<Double>
    ) throws(ModelError) -> [Double] {
        guard let member = member(name) else { return standard }
        let numbers = (member.arrayValue ?? []).compactMap(\.doubleValue)
        guard numbers.count == member.arrayValue?.count, numbers.count == count,
            numbers.allSatisfy({ range.contains($0) })
        else {
            throw bad(
                name,
                "it is no list of \(count) numbers in \(range.lowerBound)…\(range.upperBound)")
        }
        return numbers
    }
}
