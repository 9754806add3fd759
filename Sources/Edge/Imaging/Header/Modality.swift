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

    /// Whether it shows air as black around a body, by projection.
    var isRadiograph: Bool {
        switch self {
        case .computedRadiography, .digitalRadiography, .radiographicImaging, .mammography: true
        default: false
        }
    }
}
