internal import StudyHeaders
internal import VigilCore

/// An image of the study, or a frame of it.
struct ImagePlace {
    let sopClassUID: String
    let instanceUID: String
    /// From 1; nil: the image has one frame.
    let frame: Int?
}

/// The images that a finding speaks of, among the instances of the study.
struct ReportImages {
    /// In the finding's order; nil where the image is no DICOM instance, such as a PNG.
    let images: [StudyHeaders.InstanceReference?]
    private let frames: [Int]

    /// - Throws: ``StructuredReportError/instanceUnknown`` for an image that no header tells of.
    init(
        of finding: Finding, in header: StudyHeader, named: (DicomUID) -> Pseudonym?
    ) throws(StructuredReportError) {
        let known = header.instances.reduce(into: [Pseudonym: StudyHeaders.InstanceReference]()) {
            all, one in
            guard let uid = DicomUID(one.sopInstanceUID.disclosed), let name = named(uid) else {
                return
            }
            all[name] = one
        }
        var images: [StudyHeaders.InstanceReference?] = []
        for instance in finding.instances {
            guard let sop = instance.sop else {
                images.append(nil)
                continue
            }
            guard let found = known[sop] else { throw .instanceUnknown }
            images.append(found)
        }
        self.images = images
        frames = finding.instances.map(\.frames)
    }

    /// Where evidence lies; nil where its image is no DICOM instance.
    func place(of evidence: Finding.Evidence) -> ImagePlace? {
        guard images.indices.contains(evidence.instance),
            let image = images[evidence.instance]
        else { return nil }
        let isMultiFrame = frames[evidence.instance] > 1 || evidence.frame > 0
        return ImagePlace(
            sopClassUID: image.sopClassUID, instanceUID: image.sopInstanceUID.disclosed,
            frame: isMultiFrame && !evidence.isSeries ? evidence.frame + 1 : nil)
    }
}
