internal import DecoderProtocol
package import VigilCore

#if canImport(Glibc)
    internal import Glibc
#endif

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
    /// The storage below this input root does not answer.
    case inputRootHangs(SafeText)
    /// An input root cannot be opened, with the system's error number.
    case inputRootUnusable(errno: Int32)
    /// All of the file could not be read in time.
    case inputSlow
    /// The file was written to while it was read.
    case fileChanging
    // Reading the file
    case empty
    case tooLarge
    case notAnImage
    case truncated
    case encrypted
    case noPixels
    /// Float or Double Float Pixel Data.
    case floatPixels
    case unsupportedTransferSyntax
    case unsupportedPixelFormat
    /// Attributes are missing or contradict each other.
    case badAttributes(ImageLabel)
    /// An attribute is there and cannot be understood: it is not taken as absent.
    case unreadableAttribute(ImageLabel)
    /// An attribute contradicts the bytes of the pixels, and these do not tell what is right.
    case labelContradictsPixels(ImageLabel)
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
    /// The system refused these protections of the decoder.
    case sandboxMissing(SafeText)

    package var code: SafeText {
        switch self {
        case .badURI: "bad_uri"
        case .outsideRoots: "outside_roots"
        case .fileMissing: "file_missing"
        case .permissionDenied: "permission_denied"
        case .notARegularFile: "not_a_regular_file"
        case .inputFailed: "input_failed"
        case .inputRootHangs: "input_root_hangs"
        case .inputRootUnusable: "input_root_unusable"
        case .inputSlow: "input_slow"
        case .fileChanging: "file_changing"
        case .empty: "empty"
        case .tooLarge: "too_large"
        case .notAnImage: "not_an_image"
        case .truncated: "truncated"
        case .encrypted: "encrypted"
        case .noPixels: "no_pixels"
        case .floatPixels: "float_pixels"
        case .unsupportedTransferSyntax: "unsupported_transfer_syntax"
        case .unsupportedPixelFormat: "unsupported_pixel_format"
        case .badAttributes: "bad_attributes"
        case .unreadableAttribute: "unreadable_attribute"
        case .labelContradictsPixels: "label_contradicts_pixels"
        case .tooManyPixels: "too_many_pixels"
        case .corrupt: "corrupt"
        case .notAVolume: "not_a_volume"
        case .decoderMemory: "decoder_memory"
        case .decoderCrashed: "decoder_crashed"
        case .decoderTimeout: "decoder_timeout"
        case .decoderProtocol: "decoder_protocol"
        case .decoderFailed: "decoder_failed"
        case .decoderUnavailable: "decoder_unavailable"
        case .sandboxMissing: "sandbox_missing"
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
        case .inputRootHangs(let root): "The storage below the input root \(root) does not answer"
        case .inputRootUnusable(let number):
            "The input root of the instance's file cannot be opened, errno \(number)"
        case .inputSlow: "Reading the instance's file took longer than decode.timeout-ms"
        case .fileChanging: "The instance's file was written to while it was read"
        case .empty: "The instance's file has no bytes"
        case .tooLarge: "The instance's file, or what it inflates to, is larger than the limit"
        case .notAnImage: "The instance's file is neither DICOM nor PNG nor JPEG"
        case .truncated: "The instance's file ends before its pixels do"
        case .encrypted: "The instance's file is encrypted"
        case .noPixels: "The DICOM file has no image"
        case .floatPixels: "The file's pixels are floating-point numbers, which are not read"
        case .unsupportedTransferSyntax: "The file's transfer syntax is not read"
        case .unsupportedPixelFormat: "The file's bits, samples or colour model are not read"
        case .badAttributes(let label):
            "Attributes are missing or contradict each other: \(label)"
        case .unreadableAttribute(let label): "An attribute cannot be understood: \(label)"
        case .labelContradictsPixels(let label):
            "An attribute contradicts the bytes of the pixels: \(label)"
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
        case .sandboxMissing(let names):
            "The decoder process cannot close its sandbox: the system refuses \(names)"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .badURI: "Send a URI such as file:///inbox/a.dcm"
        case .outsideRoots: "Move the file under an input root, or add its folder as one"
        case .fileMissing:
            """
            Send the event after the file is complete, keep it until read, and write each byte of \
            its name that is no ASCII as %XX
            """
        case .permissionDenied: "Let the worker's user read the file"
        case .notARegularFile: "Name a file"
        case .inputFailed, .inputSlow: "Look at the storage below the input root"
        case .inputRootHangs, .inputRootUnusable:
            "Bring the storage of the input root back; the other roots go on"
        case .empty, .truncated, .fileChanging: "Send the event after the file is complete"
        case .tooLarge: "Raise decode.input-max-mb if such images are expected"
        case .tooManyPixels: "Raise decode.pixels-max if such images are expected"
        case .notAnImage: "Send DICOM, PNG or JPEG"
        case .encrypted: "Send the file decrypted"
        case .noPixels: "Send image instances only"
        case .floatPixels: "Send the image with whole numbers as Pixel Data (7FE0,0010)"
        case .unsupportedTransferSyntax:
            "Transcode to a transfer syntax that is read, such as JPEG 2000 lossless"
        case .unsupportedPixelFormat, .badAttributes, .unreadableAttribute,
            .labelContradictsPixels:
            "Look at the modality or gateway that made it"
        case .corrupt: "Fetch the file again from the archive"
        case .notAVolume: "Send all slices of one axial, coronal or sagittal CT series"
        case .decoderMemory: "Raise decode.memory-max-mb if such images are expected"
        case .decoderCrashed, .decoderFailed, .decoderProtocol:
            "Keep the file and report it: it may be hostile"
        case .decoderTimeout: "Raise decode.timeout-ms if such images are expected"
        case .decoderUnavailable:
            "Install vigil-dicom-decoder beside vigil, or set VIGIL_DICOM_DECODER to its path"
        case .sandboxMissing:
            """
            Let the process use seccomp(2) and prctl(2), and setresuid(2) as root (a container's \
            profile may forbid them; decode.uid must exist there), or accept hostile files with \
            decode.sandbox=preferred (VIGIL_DECODE__SANDBOX)
            """
        }
    }

    package var disposition: Disposition {
        switch self {
        // What an archive or a storage mends by itself: a file that comes late or is half written,
        // rights that are given after the file, a mount that is away for a minute.
        case .fileMissing, .permissionDenied, .inputFailed, .inputRootHangs, .inputRootUnusable,
            .inputSlow, .fileChanging, .empty, .truncated:
            .retry(after: .seconds(1))
        case .decoderUnavailable: .shutDown(.osError)
        case .sandboxMissing: .shutDown(.config)
        default: .deadLetter
        }
    }

    /// Whether a file that is not yet whole may fail like that.
    package var mayComeOfHalfAFile: Bool {
        switch self {
        case .notAnImage, .corrupt, .badAttributes, .noPixels, .decoderFailed: true
        default: false
        }
    }

    /// The error that a refusal to open stands for, by its error number.
    init(opening number: Int32) {
        switch number {
        case ENOENT, ENOTDIR: self = .fileMissing
        case EACCES, EPERM: self = .permissionDenied
        case ELOOP: self = .outsideRoots
        case ENAMETOOLONG: self = .badURI
        case ENXIO: self = .notARegularFile
        default: self = .inputFailed(errno: number)
        }
    }

    /// The error that a decoder's answer stands for; nil for success.
    init?(_ reply: DecodeReply) {
        let label = ImageLabel(rawValue: reply.label) ?? .unspecified
        switch reply.status {
        case .ok: return nil
        case .empty: self = .empty
        case .notAnImage: self = .notAnImage
        case .truncated: self = .truncated
        case .encrypted: self = .encrypted
        case .noPixels: self = .noPixels
        case .unsupportedTransferSyntax: self = .unsupportedTransferSyntax
        case .unsupportedPixelFormat: self = .unsupportedPixelFormat
        case .floatPixels: self = .floatPixels
        case .badAttributes: self = .badAttributes(label)
        case .unreadableLabel: self = .unreadableAttribute(label)
        case .contradiction: self = .labelContradictsPixels(label)
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
