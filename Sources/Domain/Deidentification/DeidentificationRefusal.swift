package import VigilCore

/// Why a file is not written. No reason holds anything of the file.
package enum DeidentificationRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// There is no preamble and mark of PS3.10.
    case notDicom = "not_dicom"
    /// Its attributes end, overlap or repeat where they may not.
    case malformed
    /// Sequences in sequences beyond what is read.
    case tooDeep = "too_deep"
    /// More attributes than are read.
    case tooManyAttributes = "too_many_attributes"
    /// A transfer syntax that is not read.
    case transferSyntax = "transfer_syntax"
    /// A class of objects that is not known, or a directory.
    case unknownClass = "unknown_class"
    /// A document, raw data or sound, of which attributes tell nothing.
    case opaqueObject = "opaque_object"
    /// A report or key objects, without the option that cleans their content.
    case structuredContent = "structured_content"
    /// The file says that text is burned in.
    case burnedInByTag = "burned_in_by_tag"
    /// The file says that a face may be known by it.
    case recognizable
    /// Pictures of this class often hold text.
    case burnedInByClass = "burned_in_by_class"
    /// Its attributes speak of a captured screen, or of colour where there should be grey.
    case burnedInByKind = "burned_in_by_kind"
    /// Its pixels look like text.
    case burnedInByPixels = "burned_in_by_pixels"
    /// Bits of an overlay lie among those of the pixels.
    case overlayInPixels = "overlay_in_pixels"
    /// Compressed pixels that cannot be followed to their end.
    case compressedPixels = "compressed_pixels"
    /// The decoder has given no picture, so that nobody has looked at it.
    case notSeen = "not_seen"
    /// The file cannot be read.
    case unreadable
    /// More bytes than are read.
    case tooLarge = "too_large"
    /// A file with that object's name is there already.
    case alreadyThere = "already_there"

    /// A sentence for a person.
    package var what: SafeText {
        switch self {
        case .notDicom: "it is no DICOM file of PS3.10"
        case .malformed: "its attributes end, overlap or repeat where they may not"
        case .tooDeep: "its sequences are nested too deep"
        case .tooManyAttributes: "it has too many attributes"
        case .transferSyntax: "its transfer syntax is not read (deflated, video or unknown)"
        case .unknownClass: "its class of objects is not known"
        case .opaqueObject: "it is a document, raw data or sound"
        case .structuredContent: "its content is structured: --clean structured-content reads it"
        case .burnedInByTag: "it says itself that text is burned in"
        case .recognizable: "it says itself that a person may be recognized"
        case .burnedInByClass: "pictures of its class often have text burned in"
        case .burnedInByKind: "it looks like a captured screen by its attributes"
        case .burnedInByPixels: "its pixels look like burned-in text"
        case .overlayInPixels: "bits of an overlay lie among its pixels"
        case .compressedPixels: "its compressed pixels cannot be followed to their end"
        case .notSeen: "its pixels are not decoded or too many, so nobody has looked for text"
        case .unreadable: "it cannot be read"
        case .tooLarge: "it is too large"
        case .alreadyThere: "the output folder holds that object already"
        }
    }
}

extension DeidentificationRefusal: SafeToLog {
    package var safeText: String { rawValue }
}
