extension Finding.LeftOut {
    /// Why an instance is left out. A closed list, so that readers can route by it.
    package enum Reason: String, Sendable, Hashable, CaseIterable, SafeToLog {
        case notAnImage = "not_an_image"
        case report
        case presentationState = "presentation_state"
        case keyObject = "key_object"
        case document
        case waveform
        case segmentation
        case doseObject = "dose_object"
        case secondaryCapture = "secondary_capture"
        case derived
        case localizer
        case forProcessing = "for_processing"
        case burnedInAnnotation = "burned_in_annotation"
        case otherModality = "other_modality"
        case otherBodyPart = "other_body_part"
        case otherView = "other_view"
        case otherImageType = "other_image_type"
        case ageOutOfRange = "age_out_of_range"
        case tooSmall = "too_small"
        case tooLarge = "too_large"
        case classUnknown = "class_unknown"
        case modalityUnknown = "modality_unknown"
        case imageTypeUnknown = "image_type_unknown"
        case bodyPartUnknown = "body_part_unknown"
        case viewUnknown = "view_unknown"
        case intentUnknown = "intent_unknown"
        case ageUnknown = "age_unknown"
        case otherStudy = "other_study"
        case otherSeries = "other_series"
        case otherInstance = "other_instance"
        case otherPatient = "other_patient"
        case duplicate
        case otherAcquisition = "other_acquisition"
        case notAVolume = "not_a_volume"
        case gantryTilt = "gantry_tilt"
        case inPlaneDrift = "in_plane_drift"
        case unevenSpacing = "uneven_spacing"
        case headerContradictsPixels = "header_contradicts_pixels"
        case unreadable
        case unsupported
        case identityMissing = "identity_missing"
    }
}

extension Finding.LeftOut.Reason {
    /// One sentence for a person.
    package var text: SafeText {
        switch self {
        case .notAnImage: "It holds no image"
        case .report: "It is a report"
        case .presentationState: "It is a presentation state"
        case .keyObject: "It is a selection of key objects"
        case .document: "It is a document"
        case .waveform: "It is a waveform"
        case .segmentation: "It is a segmentation"
        case .doseObject: "It tells of a dose"
        case .secondaryCapture: "It is a secondary capture"
        case .derived: "It was derived from other images"
        case .localizer: "It is a localizer"
        case .forProcessing: "It is for processing, not for presentation"
        case .burnedInAnnotation: "Text is burned into it"
        case .otherModality: "Its modality is none that the model takes"
        case .otherBodyPart: "Its body part is none that the model takes"
        case .otherView: "Its view is none that the model takes"
        case .otherImageType: "Its image type is none that the model takes"
        case .ageOutOfRange: "The patient's age is none that the model takes"
        case .tooSmall: "It is smaller than the model takes"
        case .tooLarge: "It is larger than one instance may be"
        case .classUnknown: "Its SOP class is not known"
        case .modalityUnknown: "It does not tell its modality"
        case .imageTypeUnknown: "It does not tell its image type"
        case .bodyPartUnknown: "It does not tell its body part"
        case .viewUnknown: "It does not tell its view"
        case .intentUnknown: "It does not tell its presentation intent"
        case .ageUnknown: "It does not tell the patient's age"
        case .otherStudy: "It belongs to another study"
        case .otherSeries: "It belongs to another series than the event says"
        case .otherInstance: "It is another instance than the event says"
        case .otherPatient: "It belongs to another patient than the others"
        case .duplicate: "It repeats another instance"
        case .otherAcquisition: "It belongs to another acquisition of its series"
        case .notAVolume: "Its series is no volume"
        case .gantryTilt: "Its series was taken with a tilted gantry"
        case .inPlaneDrift: "The slices of its series do not lie above each other"
        case .unevenSpacing: "The slices of its series are not evenly spaced"
        case .headerContradictsPixels: "Its header contradicts its pixels"
        case .unreadable: "It cannot be read"
        case .unsupported: "It is of a kind that is not read"
        case .identityMissing: "It does not tell its study, series or instance"
        }
    }
}
