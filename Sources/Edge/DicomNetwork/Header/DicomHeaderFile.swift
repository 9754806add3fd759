internal import CDicomNetwork
internal import Files
package import StudyHeaders
internal import VigilCore

/// The header of a DICOM file, read up to the study's identifiers and no further.
package enum DicomHeaderFile {
    /// No header is longer; what stands before it is what a sender put into private groups.
    private static let bytesMax = 8 << 20
    /// What is read at first for an identity.
    private static let shortBytesMax = 16 << 10

    /// Reads the study's header from one of its instances. Any thread; blocks as long as the file
    /// does. Whatever the bytes are, it ends, and holds 8 MiB of them at most.
    package static func read(_ path: String) throws(DicomHeaderError) -> StudyHeader {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: bytesMax)
        } catch {
            throw .unreadable(errno: error.errno)
        }
        return try header(in: try texts(bytes, wanted, to: .studyID))
    }

    /// Reads which instance a file is, and of the patient the number alone. Any thread; blocks as
    /// long as the file does.
    package static func identity(_ path: String) throws(DicomHeaderError) -> InstanceIdentity {
        // Most headers are short, and studies have thousands of them.
        do throws(DicomHeaderError) {
            return try identity(path, bytesMax: shortBytesMax)
        } catch {
            guard error == .cutShort else { throw error }
        }
        return try identity(path, bytesMax: bytesMax)
    }

    private static func identity(
        _ path: String, bytesMax: Int
    ) throws(DicomHeaderError) -> InstanceIdentity {
        let bytes: [UInt8]
        do throws(FileFailure) {
            bytes = try FileHead.read(path, bytesMax: bytesMax)
        } catch {
            throw .unreadable(errno: error.errno)
        }
        let texts = try texts(bytes, identifying, to: .series)
        guard let study = DicomUID(texts.code(.study)) else { throw .missing("StudyInstanceUID") }
        guard let series = DicomUID(texts.code(.series)) else {
            throw .missing("SeriesInstanceUID")
        }
        guard let instance = DicomUID(texts.code(.sopInstance)) else {
            throw .missing("SOPInstanceUID")
        }
        // An instance is one, whatever its patient's number is written in.
        let number = try? texts.text(.patientID)
        return InstanceIdentity(
            study: study, series: series, instance: instance, sopClass: texts.code(.sopClass),
            patient: number.flatMap { PatientText(patientNumber: $0) },
            issuer: PatientText((try? texts.text(.issuer)) ?? ""))
    }

    private static func texts(
        _ bytes: [UInt8], _ wanted: Set<ElementTag>, to last: ElementTag
    ) throws(DicomHeaderError) -> HeaderTexts {
        let start = try start(of: bytes)
        var meta = ElementWalk(bytes, from: start, encoding: .init())
        let syntax = HeaderTexts(
            bytes, try meta.values(of: [.transferSyntax], to: ElementTag(0x0002_FFFF))
        ).code(.transferSyntax)
        guard syntax == deflatedSyntax else {
            return try dataSet(bytes, from: meta.position, wanted, to: last)
        }
        return try dataSet(inflated(bytes[meta.position...]), from: 0, wanted, to: last)
    }

    /// Where the meta header begins, or the data set of a file without one.
    private static func start(of bytes: [UInt8]) throws(DicomHeaderError) -> Int {
        if bytes.count >= 132, bytes[128..<132].elementsEqual("DICM".utf8) { return 132 }
        // Without a preamble the first element is of group 2 or 8.
        let head = bytes.prefix(2)
        guard [[2, 0], [8, 0], [0, 8]].contains(Array(head)) else { throw .notDicom }
        return 0
    }

    private static func dataSet(
        _ bytes: [UInt8], from start: Int, _ wanted: Set<ElementTag>, to last: ElementTag
    ) throws(DicomHeaderError) -> HeaderTexts {
        var walk = ElementWalk(bytes, from: start)
        return HeaderTexts(bytes, try walk.values(of: wanted, to: last))
    }

    private static func inflated(_ packed: ArraySlice<UInt8>) -> [UInt8] {
        let packed = Array(packed)
        return [UInt8](unsafeUninitializedCapacity: bytesMax) { room, count in
            count = vigil_inflate_head(packed, packed.count, room.baseAddress, room.count)
        }
    }

    private static func header(in texts: HeaderTexts) throws(DicomHeaderError) -> StudyHeader {
        var patient = PatientHeader()
        patient.id = PatientText(try texts.text(.patientID))
        patient.issuer = PatientText(try texts.text(.issuer))
        patient.name = PatientText(try texts.text(.patientName, isName: true))
        patient.birthDate = PatientText(texts.code(.birthDate))
        patient.sex = texts.code(.sex)
        var study = StudyIdentifiers()
        study.instanceUID = try uid(.study, "StudyInstanceUID", texts)
        study.id = PatientText(try texts.text(.studyID))
        study.date = PatientText(texts.code(.studyDate))
        study.time = PatientText(texts.code(.studyTime))
        study.accessionNumber = PatientText(try texts.text(.accessionNumber))
        study.referringPhysician = PatientText(
            try texts.text(.referringPhysician, isName: true))
        study.characterSet = texts.characterSet
        let instance = InstanceReference(
            sopClassUID: try uid(.sopClass, "SOPClassUID", texts).disclosed,
            sopInstanceUID: try uid(.sopInstance, "SOPInstanceUID", texts),
            seriesInstanceUID: try uid(.series, "SeriesInstanceUID", texts),
            modality: texts.code(.modality))
        return StudyHeader(patient: patient, study: study, instances: [instance])
    }

    private static func uid(
        _ tag: ElementTag, _ name: SafeText, _ texts: HeaderTexts
    ) throws(DicomHeaderError) -> PatientText {
        guard let uid = DicomUID(texts.code(tag)) else { throw .missing(name) }
        return PatientText(uid.sensitiveValue)
    }

    private static let deflatedSyntax = "1.2.840.10008.1.2.1.99"

    private static let identifying: Set<ElementTag> = [
        .characterSet, .sopClass, .sopInstance, .patientID, .issuer, .study, .series,
    ]
    private static let wanted: Set<ElementTag> = [
        .characterSet, .sopClass, .sopInstance, .studyDate, .studyTime, .accessionNumber,
        .modality, .referringPhysician, .patientName, .patientID, .issuer, .birthDate, .sex,
        .study, .series, .studyID,
    ]
}
