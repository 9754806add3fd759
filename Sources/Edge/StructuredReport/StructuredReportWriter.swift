internal import CDicomReports
package import StudyHeaders
package import VigilCore

/// Writes findings as DICOM structured reports: TID 1500 with algorithm identification (TID 4019),
/// as IHE's AI Results asks, in the study's own study and of its own patient.
package struct StructuredReportWriter: Sendable {
    private let codes: [String: CodedConcept]
    /// What wrote the reports, such as a version.
    private let software: String

    /// - Parameter codes: what terminologies call the findings, by their codes.
    package init(codes: [String: CodedConcept], software: String) {
        self.codes = codes
        self.software = software
    }

    /// The report on one record. The same record and header give the same bytes.
    ///
    /// - Parameter record: the digest of the record (`record_digest`), which names the document.
    /// - Parameter named: the pseudonym of an instance, by the key of the record's pseudonyms;
    ///   nil of one that is not known.
    package func report(
        on finding: Finding, record: Digest, header: StudyHeader,
        named: (DicomUID) -> Pseudonym?
    ) throws(StructuredReportError) -> WrittenReport {
        guard header.study.instanceUID.disclosed == finding.study.sensitiveValue else {
            throw .otherStudy
        }
        guard let time = finding.decision.decidedAt ?? finding.run.timeline.published else {
            throw .undated
        }
        let images = try ReportImages(of: finding, in: header, named: named)
        let content = try ReportContent(finding: finding, images: images, codes: codes).root()
        let document = try ReportDocument()
        try describe(header, in: document)
        try describe(finding, at: time, in: document)
        let instance = ReportIdentity.instance(of: record)
        try document.set(VIGIL_REPORT_INSTANCE_UID, instance)
        for image in images.images.compactMap(\.self) {
            try document.addEvidence(
                series: image.seriesInstanceUID.disclosed, sopClass: image.sopClassUID,
                instance: image.sopInstanceUID.disclosed)
        }
        if let previous = finding.revision?.previous {
            try document.setPredecessor(ReportIdentity.instance(of: previous))
        }
        try document.add(content)
        return WrittenReport(sopInstanceUID: instance, file: try document.write())
    }

    private func describe(
        _ header: StudyHeader, in document: borrowing ReportDocument
    ) throws(StructuredReportError) {
        try document.set(VIGIL_REPORT_STUDY_UID, header.study.instanceUID.disclosed)
        try document.set(VIGIL_REPORT_PATIENT_ID, header.patient.id.disclosed)
        try document.set(VIGIL_REPORT_ISSUER, header.patient.issuer.disclosed)
        try document.set(VIGIL_REPORT_PATIENT_NAME, header.patient.name.disclosed)
        try document.set(VIGIL_REPORT_BIRTH_DATE, header.patient.birthDate.disclosed)
        try document.set(VIGIL_REPORT_SEX, header.patient.sex)
        try document.set(VIGIL_REPORT_STUDY_ID, header.study.id.disclosed)
        try document.set(VIGIL_REPORT_STUDY_DATE, header.study.date.disclosed)
        try document.set(VIGIL_REPORT_STUDY_TIME, header.study.time.disclosed)
        try document.set(VIGIL_REPORT_ACCESSION, header.study.accessionNumber.disclosed)
        try document.set(VIGIL_REPORT_REFERRING, header.study.referringPhysician.disclosed)
    }

    private func describe(
        _ finding: Finding, at time: Timestamp, in document: borrowing ReportDocument
    ) throws(StructuredReportError) {
        // RFC 3339 in UTC, of which DICOM leaves the signs out.
        let digits = time.description.filter { $0.isNumber || $0 == "." }
        try document.set(VIGIL_REPORT_CONTENT_DATE, String(digits.prefix(8)))
        try document.set(VIGIL_REPORT_CONTENT_TIME, String(digits.dropFirst(8)))
        // No offset for the whole document: it would move the study's own times.
        try document.set(VIGIL_REPORT_OBSERVED, "\(digits)+0000")
        try document.set(VIGIL_REPORT_SERIES_UID, ReportIdentity.series(of: finding.pseudonym))
        try document.set(VIGIL_REPORT_SERIES_DESCRIPTION, "Vigil: findings of an algorithm")
        try document.set(
            VIGIL_REPORT_INSTANCE_NUMBER, String(finding.revision?.number ?? 1))
        try document.set(VIGIL_REPORT_MODEL, finding.assessed?.model.name ?? "Vigil")
        try document.set(VIGIL_REPORT_SOFTWARE, software)
        try document.set(VIGIL_REPORT_INCOMPLETE, incompleteness(of: finding))
        try document.set(VIGIL_REPORT_SCHEME, CodedConcept.ownScheme)
        try document.set(VIGIL_REPORT_SCHEME_UID, ReportIdentity.codingScheme)
    }

    /// Why more may come, empty where nothing is missing.
    private func incompleteness(of finding: Finding) -> String {
        if finding.isWithdrawn || finding.isRecalled {
            return "What was said of the study before does not hold"
        }
        if finding.assessed == nil { return "The study was not assessed" }
        return finding.revision?.isComplete == false ? "Parts of the study are missing" : ""
    }
}
