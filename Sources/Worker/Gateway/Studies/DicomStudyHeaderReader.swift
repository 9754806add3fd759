internal import DicomNetwork
internal import StudyHeaders

/// Reads headers with the reader of DICOM files.
struct DicomStudyHeaderReader: StudyHeaderReader {
    func header(of path: String) -> StudyHeader? { try? DicomHeaderFile.read(path) }
}
