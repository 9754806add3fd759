internal import VigilCore

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
