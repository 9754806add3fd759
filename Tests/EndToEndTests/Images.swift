import Foundation

/// The DICOM files of PyPI pydicom-data.
enum Images {
    /// Their folder.
    static let folder = Checkout.cache + "/pydicom-data/data"
    /// Whether they were fetched.
    static let areThere = FileManager.default.isReadableFile(atPath: path("RG1_UNCR.dcm"))
    /// The line that a skipped test shows.
    static let howToGet =
        "not tested end to end: run Deploy/test, which fetches pydicom-data to .cache"

    /// Files that decode within a few milliseconds, of several kinds.
    static let quick = [
        "SC_rgb.dcm", "OBXXXX1A.dcm", "OBXXXX1A_rle.dcm", "color-px.dcm", "693_UNCR.dcm",
        "JPEG-LL.dcm", "MR-SIEMENS-DICOM-WithOverlays.dcm", "vlut_04.dcm", "693_J2KR.dcm",
        "SC_rgb_16bit.dcm", "emri_small_RLE.dcm", "SC_rgb_dcmtk_ebcr_dcmd.dcm",
    ]

    /// The path of a file.
    static func path(_ name: String) -> String { folder + "/" + name }

    /// The bytes of a file.
    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
