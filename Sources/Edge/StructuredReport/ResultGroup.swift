internal import VigilCore

/// What a report says of one result: a measurement group (TID 1501) with its answer as a coded
/// evaluation, and its numbers.
struct ResultGroup {
    let result: Finding.Result
    let finding: CodedConcept
    let model: Finding.Model
    let tracking: String
    let images: ReportImages

    var item: ContentItem {
        let name = [result.head, result.code].compactMap(\.self).joined(separator: "/")
        return ContentItem(
            .contains, ReportConcepts.group, .container(template: "1501"),
            [
                ContentItem(.observationContext, ReportConcepts.trackingText, .text(name)),
                ContentItem(.observationContext, ReportConcepts.trackingUID, .uid(tracking)),
            ] + algorithm + numbers + evaluations)
    }

    /// TID 4019.
    private var algorithm: [ContentItem] {
        let parameters =
            ["digest=\(model.digest.hex)", "precision=\(model.precision)"]
            + model.adapters.map { "\($0.kind)=\($0.name) \($0.digest.hex)" }
        return [
            ContentItem(.conceptModifier, ReportConcepts.algorithm, .text(model.name)),
            ContentItem(
                .conceptModifier, ReportConcepts.algorithmVersion,
                .text("sha256:\(model.digest.hex.prefix(16))")),
        ]
            + parameters.map {
                ContentItem(.conceptModifier, ReportConcepts.algorithmParameter, .text($0))
            }
    }

    private var numbers: [ContentItem] {
        let probability = result.probability.flatMap {
            number(ReportConcepts.probability, Double($0), "\($0)", evidence)
        }
        let calibrated = result.calibrated?.probability.flatMap {
            number(ReportConcepts.calibrated, $0, "\($0)")
        }
        let threshold = result.threshold.flatMap {
            number(ReportConcepts.threshold, Double($0), "\($0)")
        }
        return [probability, calibrated, threshold].compactMap(\.self)
    }

    private func number(
        _ concept: CodedConcept, _ value: Double, _ shortest: String,
        _ children: [ContentItem] = []
    ) -> ContentItem? {
        guard value.isFinite else { return nil }
        // A decimal string has 16 characters at most; the exact number stands beside it.
        let decimal = shortest.utf8.count <= 16 ? shortest : value.text(decimals: 14)
        return ContentItem(.contains, concept, .number(value, decimal: decimal), children)
    }

    /// The answer; what is not known is said as much as what is.
    private var evaluations: [ContentItem] {
        func coded(_ concept: CodedConcept, _ value: CodedConcept) -> ContentItem {
            ContentItem(.contains, concept, .code(value))
        }
        switch result.answer {
        case .flagged: return [coded(finding, ReportConcepts.present)]
        case .notFlagged: return [coded(finding, ReportConcepts.absent)]
        case .abstained(let reasons):
            return [coded(finding, ReportConcepts.undetermined)]
                + reasons.map { coded(ReportConcepts.abstention, .own($0.rawValue)) }
        }
    }

    /// Where the probability comes from (TID 320): boxes where there are some, else the image.
    private var evidence: [ContentItem] {
        if case .told(let attribution)? = result.explained, !attribution.boxes.isEmpty {
            return attribution.boxes.flatMap { box in
                [box.image, box.last].compactMap(\.self).compactMap(images.place(of:)).map {
                    outline(of: box, on: $0)
                }
            }
        }
        guard let place = result.evidence.flatMap(images.place(of:)) else { return [] }
        return [ContentItem(.inferredFrom, ReportConcepts.source, .image(place))]
    }

    private func outline(of box: EvidenceBox, on place: ImagePlace) -> ContentItem {
        let (left, top) = (Float(box.corner.columns), Float(box.corner.rows))
        let (right, bottom) = (left + Float(box.size.columns), top + Float(box.size.rows))
        let corners = [left, top, right, top, right, bottom, left, bottom, left, top]
        return ContentItem(
            .inferredFrom, ReportConcepts.source, .polyline(corners),
            [ContentItem(.selectedFrom, nil, .image(place))])
    }
}
