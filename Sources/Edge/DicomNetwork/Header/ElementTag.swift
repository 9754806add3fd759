/// The tag of a data element, group and element.
struct ElementTag: Hashable, Comparable {
    let number: UInt32

    init(_ number: UInt32) {
        self.number = number
    }

    var group: UInt16 { UInt16(number >> 16) }

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    static let transferSyntax = Self(0x0002_0010)
    static let characterSet = Self(0x0008_0005)
    static let sopClass = Self(0x0008_0016)
    static let sopInstance = Self(0x0008_0018)
    static let studyDate = Self(0x0008_0020)
    static let studyTime = Self(0x0008_0030)
    static let accessionNumber = Self(0x0008_0050)
    static let modality = Self(0x0008_0060)
    static let referringPhysician = Self(0x0008_0090)
    static let patientName = Self(0x0010_0010)
    static let patientID = Self(0x0010_0020)
    static let issuer = Self(0x0010_0021)
    static let birthDate = Self(0x0010_0030)
    static let sex = Self(0x0010_0040)
    static let study = Self(0x0020_000D)
    static let series = Self(0x0020_000E)
    /// The last that a header is read for.
    static let studyID = Self(0x0020_0010)

    static let item = Self(0xFFFE_E000)
    static let itemEnd = Self(0xFFFE_E00D)
    static let sequenceEnd = Self(0xFFFE_E0DD)
}
