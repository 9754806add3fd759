package import VigilCore

/// Why a model's files were refused. Names of files and tensors are the operator's, never a
/// study's.
package enum WeightsError: VigilError, Hashable {
    /// The operating system did not let us read the file or folder.
    case cannotRead(path: SafeText, reason: SafeText)
    /// The path is a folder, device or socket.
    case notAFile(path: SafeText)
    /// More bytes or entries than the bound allows.
    case tooLarge(path: SafeText, found: Int, limit: Int)
    /// The file changed while it was read.
    case changedWhileRead(path: SafeText)
    /// The header of a safetensors file breaks a rule of the format.
    case badHeader(path: SafeText, reason: SafeText)
    /// One tensor's description breaks a rule of the format.
    case badTensor(path: SafeText, tensor: SafeText, reason: SafeText)
    /// An index or a JSON file of the model does not read.
    case badFile(path: SafeText, reason: SafeText)
    /// The model needs a tensor that no file holds.
    case missingTensor(name: SafeText, expected: SafeText)
    /// A tensor has another shape than the configuration asks for.
    case wrongShape(tensor: SafeText, expected: SafeText, found: SafeText)
    /// A weight is not of a floating-point type.
    case wrongType(tensor: SafeText, found: SafeText)
    /// A weight is NaN or infinite.
    case notFinite(tensor: SafeText, index: Int)
    /// A file's SHA-256 differs from the one that the manifest names.
    case digestMismatch(file: SafeText, expected: SafeText, found: SafeText)
    /// A file that the manifest or the index names is not there.
    case missingFile(file: SafeText)
    /// The file could not be written.
    case cannotWrite(path: SafeText, reason: SafeText)

    package var code: SafeText {
        switch self {
        case .cannotRead: "weights_cannot_read"
        case .notAFile: "weights_not_a_file"
        case .tooLarge: "weights_too_large"
        case .changedWhileRead: "weights_changed_while_read"
        case .badHeader: "weights_bad_header"
        case .badTensor: "weights_bad_tensor"
        case .badFile: "weights_bad_file"
        case .missingTensor: "weights_missing_tensor"
        case .wrongShape: "weights_wrong_shape"
        case .wrongType: "weights_wrong_type"
        case .notFinite: "weights_not_finite"
        case .digestMismatch: "weights_digest_mismatch"
        case .missingFile: "weights_missing_file"
        case .cannotWrite: "weights_cannot_write"
        }
    }

    package var what: SafeText {
        switch self {
        case .cannotRead(let path, let reason): "\(path) cannot be read: \(reason)"
        case .notAFile(let path): "\(path) is not a regular file"
        case .tooLarge(let path, let found, let limit):
            "\(path) is too large: \(found), where at most \(limit) is allowed"
        case .changedWhileRead(let path): "\(path) changed while it was read"
        case .badHeader(let path, let reason): "\(path) is no valid safetensors file: \(reason)"
        case .badTensor(let path, let tensor, let reason): "\(path), tensor \(tensor): \(reason)"
        case .badFile(let path, let reason): "\(path): \(reason)"
        case .missingTensor(let name, let expected):
            "the model has no tensor \(name) of shape \(expected)"
        case .wrongShape(let tensor, let expected, let found):
            "tensor \(tensor) has shape \(found), expected \(expected)"
        case .wrongType(let tensor, let found):
            "tensor \(tensor) has type \(found), expected F32, F16, BF16 or F64"
        case .notFinite(let tensor, let index):
            "tensor \(tensor) is NaN or infinite at element \(index)"
        case .digestMismatch(let file, let expected, let found):
            "\(file) has SHA-256 \(found), expected \(expected)"
        case .missingFile(let file): "\(file) is named by the model and not there"
        case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .cannotRead, .notAFile: "Check the path of the model and its permissions"
        case .tooLarge: "Use a model within the bound"
        case .changedWhileRead: "Do not write to a model's folder while it is loaded; start again"
        case .badHeader, .badTensor, .badFile, .notFinite:
            "Fetch or convert the model again; the file is damaged"
        case .missingTensor, .wrongShape, .wrongType:
            "Check that config.json and the weights belong to the same model"
        case .digestMismatch, .missingFile: "Restore the model's folder from its source"
        case .cannotWrite: "Check the folder, its permissions and the space on the disk"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .cannotWrite: .shutDown(.ioError)
        case .cannotRead, .notAFile, .missingFile: .shutDown(.noInput)
        default: .shutDown(.dataError)
        }
    }
}
