internal import DecoderProtocol
package import VigilCore

/// Why an input gave no image. Closed; no value holds anything that came with a study.
package enum ImagingError: VigilError, Equatable {
    // Finding the file
    /// The URI is no `file:` URI, or is malformed.
    case badURI
    /// The path leads outside the allowed roots, by `..`, by a link or plainly.
    case outsideRoots
    case fileMissing
    case permissionDenied
    /// A directory, FIFO, device or socket.
    case notARegularFile
    /// The system failed to open or read, with its error number.
    case inputFailed(errno: Int32)
    // Reading the file
    case empty
    case tooLarge
    case notAnImage
    case truncated
    case encrypted
    case noPixels
    case unsupportedTransferSyntax
    case unsupportedPixelFormat
    case badAttributes
    case tooManyPixels
    case corrupt
    // Putting a series together
    /// The files are no volume, for this reason.
    case notAVolume(SafeText)
    // The decoder process
    /// The memory limit was reached.
    case decoderMemory
    /// The decoder died, by this signal or exit code, as often as attempts allow.
    case decoderCrashed
    case decoderTimeout
    /// The decoder answered what it must not.
    case decoderProtocol
    /// A library inside the decoder failed in an unforeseen way.
    case decoderFailed
    /// The executable could not be started.
    case decoderUnavailable(errno: Int32)

    package var code: SafeText {
        switch self {
        case .badURI: "bad_uri"
        case .outsideRoots: "outside_roots"
        case .fileMissing: "file_missing"
        case .permissionDenied: "permission_denied"
        case .notARegularFile: "not_a_regular_file"
        case .inputFailed: "input_failed"
        case .empty: "empty"
        case .tooLarge: "too_large"
        case .notAnImage: "not_an_image"
        case .truncated: "truncated"
        case .encrypted: "encrypted"
        case .noPixels: "no_pixels"
        case .unsupportedTransferSyntax: "unsupported_transfer_syntax"
        case .unsupportedPixelFormat: "unsupported_pixel_format"
        case .badAttributes: "bad_attributes"
        case .tooManyPixels: "too_many_pixels"
        case .corrupt: "corrupt"
        case .notAVolume: "not_a_volume"
        case .decoderMemory: "decoder_memory"
        case .decoderCrashed: "decoder_crashed"
        case .decoderTimeout: "decoder_timeout"
        case .decoderProtocol: "decoder_protocol"
        case .decoderFailed: "decoder_failed"
        case .decoderUnavailable: "decoder_unavailable"
        }
    }

    package var what: SafeText {
        switch self {
        case .badURI: "The instance's URI is not a well-formed file: URI of this machine"
        case .outsideRoots: "The instance's path leads outside the input roots"
        case .fileMissing: "The instance's file does not exist"
        case .permissionDenied: "The instance's file may not be read by this user"
        case .notARegularFile: "The instance's path names something that is not a regular file"
        case .inputFailed(let number): "Reading the instance's file failed with errno \(number)"
        case .empty: "The instance's file has no bytes"
        case .tooLarge: "The instance's file, or what it inflates to, is larger than the limit"
        case .notAnImage: "The instance's file is neither DICOM nor PNG nor JPEG"
        case .truncated: "The instance's file ends before its pixels do"
        case .encrypted: "The instance's file is encrypted"
        case .noPixels: "The DICOM file has no image"
        case .unsupportedTransferSyntax: "The file's transfer syntax is not read"
        case .unsupportedPixelFormat: "The file's bits, samples or colour model are not read"
        case .badAttributes: "The file's image attributes are missing or contradict its pixels"
        case .tooManyPixels: "The file announces more pixels than the limit"
        case .corrupt: "The file's content is corrupt"
        case .notAVolume(let reason): "The series is no volume: \(reason)"
        case .decoderMemory: "Decoding the file would take more memory than the limit"
        case .decoderCrashed: "The decoder process died over this file"
        case .decoderTimeout: "The decoder process took longer than its deadline over this file"
        case .decoderProtocol: "The decoder process answered out of protocol"
        case .decoderFailed: "A library in the decoder process failed over this file"
        case .decoderUnavailable(let number):
            "The decoder process could not be started, errno \(number)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badURI: "Send a URI such as file:///inbox/a.dcm"
        case .outsideRoots: "Move the file under an input root, or add its folder as one"
        case .fileMissing: "Send the event after the file is complete, and keep it until read"
        case .permissionDenied: "Let the worker's user read the file"
        case .notARegularFile: "Name a file"
        case .inputFailed: "Look at the storage below the input root"
        case .empty, .truncated: "Send the event after the file is complete"
        case .tooLarge, .tooManyPixels: "Raise the decode limits if such images are expected"
        case .notAnImage: "Send DICOM, PNG or JPEG"
        case .encrypted: "Send the file decrypted"
        case .noPixels: "Send image instances only"
        case .unsupportedTransferSyntax:
            "Transcode to a transfer syntax that is read, such as JPEG 2000 lossless"
        case .unsupportedPixelFormat, .badAttributes: "Look at the modality or gateway that made it"
        case .corrupt: "Fetch the file again from the archive"
        case .notAVolume: "Send all slices of one axial, coronal or sagittal CT series"
        case .decoderMemory: "Raise the decoder's memory limit if such images are expected"
        case .decoderCrashed, .decoderFailed, .decoderProtocol:
            "Keep the file and report it: it may be hostile"
        case .decoderTimeout: "Raise the decoder's deadline if such images are expected"
        case .decoderUnavailable:
            "Install vigil-dicom-decoder beside vigil, or set VIGIL_DICOM_DECODER to its path"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .inputFailed: .retry(after: .seconds(1))
        case .decoderUnavailable: .shutDown(.osError)
        default: .deadLetter
        }
    }

    /// The error that a decoder's answer stands for; nil for success.
    init?(_ status: DecodeStatus) {
        switch status {
        case .ok: return nil
        case .empty: self = .empty
        case .notAnImage: self = .notAnImage
        case .truncated: self = .truncated
        case .encrypted: self = .encrypted
        case .noPixels: self = .noPixels
        case .unsupportedTransferSyntax: self = .unsupportedTransferSyntax
        case .unsupportedPixelFormat: self = .unsupportedPixelFormat
        case .badAttributes: self = .badAttributes
        case .tooManyPixels: self = .tooManyPixels
        case .tooLarge: self = .tooLarge
        case .corrupt: self = .corrupt
        case .outOfMemory: self = .decoderMemory
        case .internalFailure: self = .decoderFailed
        case .unreadable: self = .inputFailed(errno: 0)
        // Neither is an answer.
        case .leftOut, .header: self = .decoderProtocol
        }
    }
}
