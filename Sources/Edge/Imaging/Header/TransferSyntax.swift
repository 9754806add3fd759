internal import VigilCore

/// The transfer syntaxes that are read (PS3.5, PS3.6 annex A), and the two raster formats.
package enum TransferSyntax: String, Sendable, CaseIterable, SafeToLog {
    case implicitLittleEndian = "1.2.840.10008.1.2"
    case explicitLittleEndian = "1.2.840.10008.1.2.1"
    case deflated = "1.2.840.10008.1.2.1.99"
    case explicitBigEndian = "1.2.840.10008.1.2.2"
    case jpegBaseline = "1.2.840.10008.1.2.4.50"
    case jpegExtended = "1.2.840.10008.1.2.4.51"
    case jpegLossless = "1.2.840.10008.1.2.4.57"
    case jpegLosslessFirstOrder = "1.2.840.10008.1.2.4.70"
    case jpegLSLossless = "1.2.840.10008.1.2.4.80"
    case jpegLSNearLossless = "1.2.840.10008.1.2.4.81"
    case jpeg2000Lossless = "1.2.840.10008.1.2.4.90"
    case jpeg2000 = "1.2.840.10008.1.2.4.91"
    case rle = "1.2.840.10008.1.2.5"
    case png
    case jpeg
    /// None of the above, such as a file without a meta header that names one.
    case other
}
