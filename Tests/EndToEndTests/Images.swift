import Foundation

/// The DICOM files of PyPI pydicom-data, without the UIDs of their studies and series: tests send
/// them under many, and a worker takes no file of another one.
enum Images {
    /// The copies' folder.
    static let folder: String = {
        let folder = (try? RunFolder.make()) ?? ""
        for name in (try? FileManager.default.contentsOfDirectory(atPath: original)) ?? [] {
            guard let data = FileManager.default.contents(atPath: original + "/" + name) else {
                continue
            }
            try? Data(anonymous([UInt8](data))).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        return folder
    }()
    /// The files as they are.
    static let original = Checkout.cache + "/pydicom-data/data"
    /// Whether they were fetched.
    static let areThere = FileManager.default.isReadableFile(atPath: original + "/RG1_UNCR.dcm")
    /// The line that a skipped test shows.
    static let howToGet =
        "not tested end to end: run Deploy/test, which fetches pydicom-data to .cache"

    /// Files that decode within a few milliseconds, of several kinds.
    static let quick = [
        "SC_rgb.dcm", "OBXXXX1A.dcm", "OBXXXX1A_rle.dcm", "color-px.dcm", "693_UNCR.dcm",
        "SC_ybr_full_uncompressed.dcm", "MR-SIEMENS-DICOM-WithOverlays.dcm", "color-pl.dcm",
        "693_J2KR.dcm",
        "SC_rgb_16bit.dcm", "emri_small_RLE.dcm", "SC_rgb_dcmtk_ebcr_dcmd.dcm",
    ]

    /// The path of a file.
    static func path(_ name: String) -> String { folder + "/" + name }

    /// The bytes of a file.
    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The bytes of a file that no study and no patient owns.
    static func anonymous(_ bytes: [UInt8]) -> [UInt8] { withoutPatient(nameless(bytes)) }

    /// The bytes with the value of each Study and Series Instance UID (0020,000D and 000E) filled
    /// with zeros, of explicit data sets of either byte order and of implicit ones.
    private static func nameless(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        for index in bytes.prefix(1 << 16).indices.dropLast(9) {
            let (first, second) = (bytes[index..<index + 2], bytes[index + 2..<index + 4])
            let isLittle = first.elementsEqual([0x20, 0]) && (13...14).contains(second[index + 2])
            let isBig = first.elementsEqual([0, 0x20]) && (13...14).contains(second[index + 3])
            guard isLittle ? second[index + 3] == 0 : isBig && second[index + 2] == 0,
                (0x30...0x39).contains(bytes[index + 8])
            else { continue }
            let isExplicit = bytes[index + 4] == 0x55 && bytes[index + 5] == 0x49
            let isImplicit = bytes[index + 5] | bytes[index + 6] | bytes[index + 7] == 0
            guard isExplicit || isImplicit else { continue }
            let length = Int(
                isExplicit ? bytes[index + 6] | bytes[index + 7] : bytes[index + 4])
            guard length <= 64, index + 8 + length <= bytes.count else { continue }
            for place in index + 8..<index + 8 + length { out[place] = 0 }
        }
        return out
    }

    /// The bytes with Patient ID (0010,0020) filled with spaces: tests join files of many.
    private static func withoutPatient(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        for index in bytes.prefix(1 << 16).indices.dropLast(9) {
            let tag = bytes[index..<index + 4]
            let isLittle = tag.elementsEqual([0x10, 0, 0x20, 0])
            guard isLittle || tag.elementsEqual([0, 0x10, 0, 0x20]) else { continue }
            let isExplicit = bytes[index + 4] == 0x4c && bytes[index + 5] == 0x4f
            let isImplicit = bytes[index + 5] | bytes[index + 6] | bytes[index + 7] == 0
            guard isExplicit || isImplicit else { continue }
            let length = Int(
                !isExplicit ? bytes[index + 4] : isLittle ? bytes[index + 6] : bytes[index + 7])
            guard length <= 64, index + 8 + length <= bytes.count else { continue }
            for place in index + 8..<index + 8 + length { out[place] = 0x20 }
        }
        return out
    }
}
