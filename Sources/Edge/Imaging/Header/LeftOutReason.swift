internal import VigilCore

/// Why an instance of a study is not shown to a model. Closed; the texts go into records.
package enum LeftOutReason: String, Sendable, Hashable, CaseIterable, SafeToLog {
    // By what the object is.
    /// By its class no image: a directory, plan, registration, measurement, raw data, or a private
    /// object without pixels.
    case notAnImage = "not_an_image"
    /// A picture of a screen: saved from a workstation or console, not taken of the patient.
    case secondaryCapture = "secondary_capture"
    /// A mask, not a picture.
    case segmentation
    /// Dose of radiotherapy, a dose report, or a console's page about dose or protocol.
    case doseObject = "dose_object"
    /// A scout view for planning, by its Image Type or by lying across the slices of its series.
    case localizer
    /// Raw values of a detector, for other programs.
    case forProcessing = "for_processing"
    case presentationState = "presentation_state"
    case keyObject = "key_object"
    /// A structured report.
    case report
    /// A PDF, CDA, model for printing, or scanned paper.
    case document
    case waveform
    /// A map of values computed from images, of a class of its own.
    case derived
    // By where and when it was taken, of a series that is a volume.
    /// Of another acquisition than the one that was read.
    case otherAcquisition = "other_acquisition"
    /// The same slice again, bit for bit.
    case duplicate

    package var safeText: String { rawValue }
}
