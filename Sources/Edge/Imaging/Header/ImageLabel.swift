internal import VigilCore

/// A part of a DICOM file that says how its pixels are to be read; what a refusal is about. The
/// numbers are those of `vigil_label` in `CDicom.h`.
package enum ImageLabel: UInt16, Sendable, CaseIterable, SafeToLog {
    /// Nothing in particular.
    case unspecified = 0
    case rescale = 1
    case window = 2
    case padding = 3
    case voiLUT = 4
    case modalityLUT = 5
    case palette = 6
    case photometric = 7
    case samples = 8
    case size = 9
    case frames = 10
    case bits = 11
    case length = 12
    case syntax = 13

    /// The names of its attributes (PS3.6).
    package var safeText: String {
        switch self {
        case .unspecified: "image attributes"
        case .rescale: "Rescale Slope or Rescale Intercept (0028,1053; 0028,1052)"
        case .window: "Window Center, Window Width or VOI LUT Function (0028,1050; 1051; 1056)"
        case .padding: "Pixel Padding Value (0028,0120; 0121)"
        case .voiLUT: "VOI LUT Sequence (0028,3010)"
        case .modalityLUT: "Modality LUT Sequence (0028,3000)"
        case .palette: "palette look-up tables (0028,1101 to 1203)"
        case .photometric: "Photometric Interpretation (0028,0004)"
        case .samples: "Samples per Pixel or Planar Configuration (0028,0002; 0006)"
        case .size: "Rows and Columns (0028,0010; 0011)"
        case .frames: "Number of Frames (0028,0008)"
        case .bits:
            "Bits Allocated, Bits Stored, High Bit or Pixel Representation (0028,0100 to 0103)"
        case .length: "length of Pixel Data (7FE0,0010)"
        case .syntax: "Transfer Syntax UID (0002,0010)"
        }
    }
}
