/// What a delivery must say of whose study it is, read from the headers of the study's own
/// instances.
///
/// It names a patient, so it is neither `CustomStringConvertible` nor `Codable`: a description of
/// it or of a part shows nothing of its text. Values are as the header has them, without padding;
/// empty where the header has none.
package struct StudyHeader: Sendable, Equatable {
    package var patient: PatientHeader
    package var study: StudyIdentifiers
    /// The instances that were seen, in the order of their SOP instance UID.
    package var instances: [InstanceReference]

    package init(
        patient: PatientHeader, study: StudyIdentifiers, instances: [InstanceReference]
    ) {
        self.patient = patient
        self.study = study
        self.instances = instances
    }
}

/// Text that names a person. Printed, it shows nothing; whoever writes it out says so by
/// `disclosed`.
package struct PatientText: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The text itself, for a message to a system of the hospital. Never for a log or a metric.
    package let disclosed: String

    package init(_ text: String) {
        self.disclosed = text
    }

    /// Whether the header has none.
    package var isEmpty: Bool { disclosed.isEmpty }
    package var description: String { "…" }
    /// Shows nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The patient's module of a header (PS3.3 C.7.1.1).
package struct PatientHeader: Sendable, Equatable {
    package var id = PatientText("")
    package var issuer = PatientText("")
    /// Component groups as DICOM writes them: `family^given`.
    package var name = PatientText("")
    /// `YYYYMMDD`.
    package var birthDate = PatientText("")
    /// M, F, O or empty.
    package var sex = ""

    package init() {}
}

/// The study's module of a header (PS3.3 C.7.2.1).
package struct StudyIdentifiers: Sendable, Equatable {
    package var instanceUID = PatientText("")
    package var id = PatientText("")
    /// `YYYYMMDD` and `HHMMSS.ffffff`.
    package var date = PatientText("")
    package var time = PatientText("")
    package var accessionNumber = PatientText("")
    package var referringPhysician = PatientText("")
    /// The value of SpecificCharacterSet (0008,0005), which the texts above were read with.
    package var characterSet = ""

    package init() {}
}

/// One instance that a report may point at.
package struct InstanceReference: Sendable, Equatable {
    package var sopClassUID: String
    package var sopInstanceUID: PatientText
    package var seriesInstanceUID: PatientText
    package var modality: String

    package init(
        sopClassUID: String, sopInstanceUID: PatientText, seriesInstanceUID: PatientText,
        modality: String
    ) {
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.modality = modality
    }
}
