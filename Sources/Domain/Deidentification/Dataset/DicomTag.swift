/// The number of an attribute: group and element (PS3.5 section 7.1).
struct DicomTag: Hashable, Comparable, Sendable {
    /// The group above the element.
    let number: UInt32

    init(_ number: UInt32) { self.number = number }

    init(group: UInt16, element: UInt16) { number = UInt32(group) << 16 | UInt32(element) }

    /// The upper half.
    var group: UInt16 { UInt16(truncatingIfNeeded: number >> 16) }
    /// The lower half.
    var element: UInt16 { UInt16(truncatingIfNeeded: number) }
    /// Whether a maker has given it its meaning.
    var isPrivate: Bool { group & 1 == 1 }
    /// Whether it reserves a block of a private group.
    var isPrivateCreator: Bool { isPrivate && (0x10...0xFF).contains(element) }

    static func < (left: DicomTag, right: DicomTag) -> Bool { left.number < right.number }

    static let specificCharacterSet = DicomTag(0x0008_0005)
    static let imageType = DicomTag(0x0008_0008)
    static let sopClass = DicomTag(0x0008_0016)
    static let sopInstance = DicomTag(0x0008_0018)
    static let modality = DicomTag(0x0008_0060)
    static let conversionType = DicomTag(0x0008_0064)
    static let patientName = DicomTag(0x0010_0010)
    static let patientID = DicomTag(0x0010_0020)
    static let identityRemoved = DicomTag(0x0012_0062)
    static let method = DicomTag(0x0012_0063)
    static let methodCodes = DicomTag(0x0012_0064)
    static let study = DicomTag(0x0020_000D)
    static let samplesPerPixel = DicomTag(0x0028_0002)
    static let photometric = DicomTag(0x0028_0004)
    static let frames = DicomTag(0x0028_0008)
    static let rows = DicomTag(0x0028_0010)
    static let columns = DicomTag(0x0028_0011)
    static let bitsAllocated = DicomTag(0x0028_0100)
    static let burnedIn = DicomTag(0x0028_0301)
    static let recognizable = DicomTag(0x0028_0302)
    static let longitudinal = DicomTag(0x0028_0303)
    static let contentSequence = DicomTag(0x0040_A730)
    static let pixelData = DicomTag(0x7FE0_0010)
    static let floatPixelData = DicomTag(0x7FE0_0008)
    static let doublePixelData = DicomTag(0x7FE0_0009)
    static let trailingPadding = DicomTag(0xFFFC_FFFC)
    static let item = DicomTag(0xFFFE_E000)
    static let itemEnd = DicomTag(0xFFFE_E00D)
    static let sequenceEnd = DicomTag(0xFFFE_E0DD)
}
