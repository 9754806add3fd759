import StructuredReport
import StudyHeaders
import VigilCore

/// The images of a made study, and the headers of their files.
struct MadeImages {
    let studyUID: String
    let count: Int
    private let shape: MadeReport.Shape

    init(_ shape: MadeReport.Shape, number: Int) {
        self.shape = shape
        studyUID = "1.2.826.0.1.3680043.8.498.\(number)"
        count = shape == .awaited ? 0 : shape == .severalImages ? 3 : 1 + number % 2
    }

    private func uid(_ image: Int) -> String { "\(studyUID).1.\(image)" }

    var instances: [Finding.Instance] {
        (0..<count).map { image in
            Finding.Instance(
                series: nil, sop: DicomUID(uid(image)).map(MadeReport.pseudonym),
                pixels: Digest(of: [1]), modality: "CR", frames: shape == .frames ? 7 : 1,
                flags: [])
        }
    }

    var header: StudyHeader {
        var patient = PatientHeader()
        patient.id = PatientText("P-4711")
        patient.issuer = PatientText("North")
        patient.name = PatientText("Müller^Eva=山田^太郎")
        patient.birthDate = PatientText("19700102")
        patient.sex = "F"
        var study = StudyIdentifiers()
        study.instanceUID = PatientText(studyUID)
        study.id = PatientText("S-9")
        study.date = PatientText("20261129")
        study.time = PatientText("183000")
        study.accessionNumber = PatientText("A-77")
        study.referringPhysician = PatientText("Weiß^Ada")
        study.characterSet = "ISO_IR 100"
        let isCT = shape == .frames
        let images = (0..<count).map { image in
            StudyHeaders.InstanceReference(
                sopClassUID: isCT ? "1.2.840.10008.5.1.4.1.1.2.1" : "1.2.840.10008.5.1.4.1.1.1",
                sopInstanceUID: PatientText(uid(image)),
                seriesInstanceUID: PatientText("\(studyUID).1"),
                modality: isCT ? "CT" : image == 2 ? "DX" : "CR")
        }
        return StudyHeader(patient: patient, study: study, instances: images)
    }
}
