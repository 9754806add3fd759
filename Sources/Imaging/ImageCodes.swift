internal import VigilCore

/// DICOM's modality codes (PS3.3 C.7.3.1.1.1) that images come with; every other text is `other`.
package enum Modality: String, Sendable, CaseIterable, SafeToLog {
    case computedRadiography = "CR"
    case computedTomography = "CT"
    case digitalRadiography = "DX"
    case mammography = "MG"
    case magneticResonance = "MR"
    case nuclearMedicine = "NM"
    case positronEmission = "PT"
    case radioFluoroscopy = "RF"
    case xRayAngiography = "XA"
    case ultrasound = "US"
    case intraOralRadiography = "IO"
    case panoramicXRay = "PX"
    case radiographicImaging = "RG"
    case radiotherapyImage = "RTIMAGE"
    case secondaryCapture = "SC"
    case otherImaging = "OT"
    case endoscopy = "ES"
    case ophthalmicPhotography = "OP"
    case opticalCoherence = "OPT"
    case externalPhotography = "XC"
    case slideMicroscopy = "SM"
    case segmentation = "SEG"
    /// Absent, or none of the above.
    case other
}

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

/// What the stored samples mean (PS3.3 C.7.6.3.1.2); every other text is `other`.
package enum Photometric: String, Sendable, CaseIterable, SafeToLog {
    case monochrome1 = "MONOCHROME1"
    case monochrome2 = "MONOCHROME2"
    case palette = "PALETTE COLOR"
    case rgb = "RGB"
    case ybrFull = "YBR_FULL"
    case ybrFull422 = "YBR_FULL_422"
    case ybrReversible = "YBR_RCT"
    case ybrIrreversible = "YBR_ICT"
    case other
}

/// How stored values became grey.
package enum WindowUsed: String, Sendable, CaseIterable, SafeToLog {
    /// Colour or raster: samples taken as they are.
    case nothing = "none"
    case voiLUT = "voi_lut"
    case linear
    case linearExact = "linear_exact"
    case sigmoid
    /// The file has no window: least to greatest value, padding left out.
    case range
    /// The caller's window.
    case fixed

    init?(wire: UInt8) {
        let all: [WindowUsed] = [
            .nothing, .voiLUT, .linear, .linearExact, .sigmoid, .range, .fixed,
        ]
        guard Int(wire) < all.count else { return nil }
        self = all[Int(wire)]
    }
}
