internal import StudyHeaders
internal import VigilCore

/// The content of a report on one finding record (TID 1500).
struct ReportContent {
    let finding: Finding
    let images: ReportImages
    let codes: [String: CodedConcept]

    /// - Throws: ``StructuredReportError/codeUnknown``.
    func root() throws(StructuredReportError) -> ContentItem {
        var sections = [library]
        let groups = try groups()
        if !groups.isEmpty {
            sections.append(
                ContentItem(
                    .contains, ReportConcepts.measurements, .container(template: nil), groups))
        }
        sections.append(
            ContentItem(
                .contains, ReportConcepts.evaluations, .container(template: nil), evaluations))
        return ContentItem(
            .root, ReportConcepts.report, .container(template: "1500"), context + sections)
    }

    private var context: [ContentItem] {
        let model = finding.assessed?.model
        return [
            ContentItem(.conceptModifier, ReportConcepts.language, .code(ReportConcepts.english)),
            ContentItem(
                .observationContext, ReportConcepts.observerType, .code(ReportConcepts.device)),
            ContentItem(
                .observationContext, ReportConcepts.deviceUID,
                .uid(ReportIdentity.device(model?.digest))),
            ContentItem(.observationContext, ReportConcepts.deviceName, .text("Vigil")),
            ContentItem(.observationContext, ReportConcepts.deviceMaker, .text("Vigil")),
            ContentItem(
                .observationContext, ReportConcepts.deviceModel, .text(model?.name ?? "Vigil")),
            ContentItem(.conceptModifier, ReportConcepts.procedure, .code(ReportConcepts.imaging)),
        ]
    }

    /// TID 1600, a group for each modality.
    private var library: ContentItem {
        let known = images.images.compactMap(\.self)
        let modalities = Set(known.map(\.modality)).sorted()
        let groups = modalities.map { modality in
            let meaning = ReportConcepts.modality(modality).map {
                ContentItem(.acquisitionContext, ReportConcepts.modality, .code($0))
            }
            let entries = known.filter { $0.modality == modality }.map { image in
                ContentItem(
                    .contains, nil,
                    .image(
                        ImagePlace(
                            sopClassUID: image.sopClassUID,
                            instanceUID: image.sopInstanceUID.disclosed, frame: nil)))
            }
            return ContentItem(
                .contains, ReportConcepts.libraryGroup, .container(template: nil),
                [meaning].compactMap(\.self) + entries)
        }
        return ContentItem(
            .contains, ReportConcepts.library, .container(template: "1600"), groups)
    }

    private func groups() throws(StructuredReportError) -> [ContentItem] {
        guard let assessed = finding.assessed else { return [] }
        var groups: [ContentItem] = []
        for result in assessed.findings {
            guard let code = codes[result.code] else { throw .codeUnknown }
            let group = ResultGroup(
                result: result, finding: code, model: assessed.model,
                tracking: ReportIdentity.tracking(result, of: finding.findingID), images: images)
            groups.append(group.item)
        }
        return groups
    }

    /// What is said of the study as a whole.
    private var evaluations: [ContentItem] {
        let results = finding.findings
        let summary = ReportConcepts.summary(
            failed: results.count { $0.answer.isAbstained }, of: results.count,
            hasFindings: results.contains { $0.answer == .flagged })
        let items = [ContentItem(.contains, ReportConcepts.summary, .code(summary))]
        guard finding.assessed == nil else { return items }
        return items
            + finding.reasons.flatMap { reason in
                [
                    ContentItem(
                        .contains, ReportConcepts.notAssessed, .code(.own(reason.code))),
                    ContentItem(.contains, ReportConcepts.comment, .text(reason.text)),
                ]
            }
    }
}
