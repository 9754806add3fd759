internal import FoundationModel
internal import Imaging
internal import Triage
internal import VigilCore

/// Tells what parts of the images made the scores that are flagged. Used by the inference thread.
struct StudyExplainer: Sendable {
    /// Nil where the model's scores cannot be shared out.
    let explainer: Explainer?
    /// Whether findings tell of evidence unless it is said otherwise.
    let isOn: Bool
    /// By head and code; what is not there is of a head that is not linear.
    private let readouts: [Place: PreparedReadout]

    private struct Place: Hashable {
        let head: String?
        let code: String
    }

    /// What is told of one study.
    struct Findings {
        /// In the order of the assessment's; nil of what is not flagged.
        var explained: [Finding.Explained?]
        var maps: [Finding.ResultMap] = []

        /// Nothing of so many findings.
        init(nothingOf count: Int) { explained = Array(repeating: nil, count: count) }
    }

    /// - Parameter isOn: see ``isOn``.
    init(_ classifier: ImageClassifier, isOn: Bool) throws(ModelError) {
        self.isOn = isOn
        var readouts: [Place: PreparedReadout] = [:]
        do throws(ModelError) {
            let explainer = try Explainer(classifier)
            for place in Self.places(of: classifier) {
                let readout = try Self.readout(of: place, in: classifier)
                readouts[place] = readout.map { explainer.prepare($0) }
            }
            self.explainer = explainer
        } catch .noEvidence {
            explainer = nil
        }
        self.readouts = readouts
    }

    private static func places(of classifier: ImageClassifier) -> [Place] {
        let own =
            (classifier.head?.prompts.findings.map(\.code) ?? [])
            + (classifier.labels?.codes ?? [])
        return own.map { Place(head: nil, code: $0) }
            + classifier.heads.flatMap { head in
                head.labels.map { Place(head: head.identity.name, code: $0.code) }
            }
    }

    /// Nil where nothing linear gives the finding.
    private static func readout(
        of place: Place, in classifier: ImageClassifier
    ) throws(ModelError) -> LogitReadout? {
        do throws(ModelError) {
            return try classifier.readout(of: place.code, adapter: place.head)
        } catch .noEvidence {
            return nil
        }
    }

    /// Explains what is flagged. Never fails: what cannot be explained says why.
    /// - Parameter images: the study's, in order.
    func explain(
        _ assessment: TriageAssessment, _ images: [StudyResults.Image]
    ) -> Findings {
        var findings = Findings(nothingOf: assessment.findings.count)
        var images = images
        for (index, finding) in assessment.findings.enumerated() where finding.answer == .flagged {
            let place = images.firstIndex { $0.evidence.isOf(finding.evidence) }
            switch attribution(finding, &images, place) {
            case .success(let (attribution, map)):
                findings.explained[index] = .told(attribution)
                findings.maps.append(map)
            case .failure(let why): findings.explained[index] = .untold(why.reason)
            }
        }
        return findings
    }

    private struct Untold: Error {
        let reason: Finding.NoEvidence
    }

    private func attribution(
        _ finding: FindingAssessment, _ images: inout [StudyResults.Image], _ place: Int?
    ) -> Result<(Finding.Attribution, Finding.ResultMap), Untold> {
        func untold(
            _ reason: Finding.NoEvidence
        ) -> Result<(Finding.Attribution, Finding.ResultMap), Untold> {
            .failure(Untold(reason: reason))
        }
        guard let explainer else { return untold(.family) }
        guard let readout = readouts[Place(head: finding.head, code: finding.code)] else {
            return untold(.head)
        }
        guard let place, let kept = images[place].kept, let placement = images[place].placement
        else { return untold(.image) }
        let evidence: Evidence
        do throws(ModelError) {
            let trace: ImageTrace
            if let known = kept.trace {
                trace = known
            } else {
                trace = try explainer.trace(kept.tensor ?? []).trace
                images[place].kept?.trace = trace
            }
            evidence = try explainer.evidence(readout, trace, of: images[place].result)
        } catch .noEvidence { return untold(.sum) } catch { return untold(.failed) }
        let (image, map) = (images[place].evidence, evidence.map)
        let attribution = Finding.Attribution(
            boxes: boxes(of: evidence, explainer, image, placement),
            patches: evidence.patches, terms: evidence.terms, layers: evidence.layers,
            grid: evidence.grid, map: map.digest)
        guard attribution.addsUp(to: Double(evidence.score.logit)) else { return untold(.sum) }
        return .success(
            (
                attribution,
                Finding.ResultMap(code: finding.code, head: finding.head, image: image, map: map)
            ))
    }
}

extension Finding.Evidence {
    /// Whether it is the image that an assessment names.
    fileprivate func isOf(_ other: FindingAssessment.Evidence?) -> Bool {
        other.map { $0.instance == instance && $0.frame == frame } ?? false
    }
}

extension StudyExplainer {
    /// The strongest regions as records have them.
    private func boxes(
        of evidence: Evidence, _ explainer: Explainer, _ image: Finding.Evidence,
        _ placement: ImagePlacement
    ) -> [EvidenceBox] {
        switch placement {
        case .frame(let placement):
            evidence.regions(patchSize: explainer.patchSize, placement: placement).compactMap {
                EvidenceBox($0, of: image, in: placement)
            }
        case .series(let placement, let slices):
            evidence.regions(placement: placement).compactMap {
                EvidenceBox($0, through: slices, in: placement)
            }
        }
    }
}

extension EvidenceBox {
    /// A region of an image as records have it; nil where it lies outside of the image.
    fileprivate init?(
        _ region: EvidenceRegion, of image: Finding.Evidence, in placement: InputPlacement
    ) {
        let matrix = placement.matrix
        self.init(
            image: image, matrix: Size(columns: matrix.columns, rows: matrix.rows),
            corner: Size(columns: region.box.left, rows: region.box.top),
            size: Size(columns: region.box.width, rows: region.box.height), share: region.share)
    }

    /// A region of a series; nil where it lies outside of the series.
    fileprivate init?(
        _ region: VolumeRegion, through slices: [Finding.Evidence], in placement: VolumePlacement
    ) {
        let (part, matrix) = (region.part, placement.matrix)
        guard let first = part.slices.first, let last = part.slices.last,
            slices.indices.contains(first), slices.indices.contains(last)
        else { return nil }
        self.init(
            image: slices[first], last: first == last ? nil : slices[last],
            matrix: Size(columns: matrix.columns, rows: matrix.rows),
            corner: Size(columns: part.columns.lowerBound, rows: part.rows.lowerBound),
            size: Size(columns: part.columns.count, rows: part.rows.count), share: region.share)
    }
}
