package import VigilCore
package import Weights

/// Why a checkpoint was not converted. Names of globals, keys and tensors come from the operator's
/// own model file, cut to printable ASCII.
package enum ConversionError: VigilError, Hashable {
    /// A pickle names a class or function that is not on the list.
    case refusedGlobal(name: SafeText, opcode: SafeText, offset: Int)
    /// A pickle holds an operation that is not on the list.
    case refusedOpcode(name: SafeText, offset: Int)
    /// A pickle calls something on the list with arguments of another form.
    case refusedCall(name: SafeText, opcode: SafeText, offset: Int)
    /// The bytes break a rule of their format.
    case malformed(format: SafeText, reason: SafeText, offset: Int)
    /// The file asks for more than a bound.
    case overLimit(what: SafeText, limit: Int)
    /// A format, or a part of one, that the converter does not read.
    case unsupported(what: SafeText)
    /// One tensor's description does not fit its elements.
    case badTensor(name: SafeText, reason: SafeText)
    /// There is no tensor where the checkpoint was looked at.
    case noTensors(keys: SafeText)
    /// `--key` names what the checkpoint does not have.
    case keyMissing(key: SafeText, keys: SafeText)
    /// The destination holds a model already.
    case destinationInUse(path: SafeText)
    /// A file could not be read or written.
    case weights(WeightsError)

    package var code: SafeText {
        switch self {
        case .refusedGlobal: "convert_refused_global"
        case .refusedOpcode: "convert_refused_opcode"
        case .refusedCall: "convert_refused_call"
        case .malformed: "convert_malformed"
        case .overLimit: "convert_over_limit"
        case .unsupported: "convert_unsupported"
        case .badTensor: "convert_bad_tensor"
        case .noTensors: "convert_no_tensors"
        case .keyMissing: "convert_key_missing"
        case .destinationInUse: "convert_destination_in_use"
        case .weights(let error): error.code
        }
    }

    package var what: SafeText {
        switch self {
        case .refusedGlobal(let name, let opcode, let offset):
            """
            the pickle asks for \(name), which is no tensor or container (\(opcode) at byte \
            \(offset))
            """
        case .refusedOpcode(let name, let offset):
            "the pickle holds the opcode \(name) at byte \(offset), which builds more than tensors"
        case .refusedCall(let name, let opcode, let offset):
            """
            the pickle calls \(name) with arguments of an unknown form (\(opcode) at byte \
            \(offset))
            """
        case .malformed(let format, let reason, let offset):
            "the file is no valid \(format): \(reason), at byte \(offset)"
        case .overLimit(let what, let limit): "the file has too many \(what): the limit is \(limit)"
        case .unsupported(let what): "\(what) is not supported"
        case .badTensor(let name, let reason): "tensor \(name): \(reason)"
        case .noTensors(let keys): "there are no tensors here; the keys are: \(keys)"
        case .keyMissing(let key, let keys): "there is no key \(key); the keys are: \(keys)"
        case .destinationInUse(let path): "\(path) holds a model already"
        case .weights(let error): error.what
        }
    }

    package var remedy: SafeText {
        switch self {
        case .refusedGlobal, .refusedOpcode, .refusedCall:
            """
            Nothing was run. If you trust the file, save its weights alone where it was made: \
            torch.save(model.state_dict(), path), or as safetensors
            """
        case .malformed, .badTensor: "Fetch the file again; it is damaged or of another kind"
        case .overLimit: "Save the weights alone, without the optimiser's and other state"
        case .unsupported: "Save the weights as safetensors where they were made"
        case .noTensors, .keyMissing: "Name the dictionary of the weights with --key"
        case .destinationInUse: "Name another folder, or remove this one"
        case .weights(let error): error.remedy
        }
    }

    package var disposition: Disposition {
        switch self {
        case .destinationInUse, .keyMissing: .shutDown(.usage)
        case .weights(let error): error.disposition
        default: .shutDown(.dataError)
        }
    }

    /// Runs a part that throws ``WeightsError``.
    static func catching<Result>(
        _ body: () throws(WeightsError) -> Result
    ) throws(ConversionError) -> Result {
        do throws(WeightsError) { return try body() } catch { throw .weights(error) }
    }
}

extension SafeText {
    /// The longest name that an error repeats.
    private static let shownLimit = 120

    /// A name from a model's file: printable ASCII alone, at most 120 characters.
    init(named text: some StringProtocol) {
        let shown = text.unicodeScalars.prefix(Self.shownLimit).map { scalar in
            (0x20..<0x7F).contains(scalar.value) ? Character(scalar) : "?"
        }
        self.init(operatorProvided: String(shown))
    }
}
