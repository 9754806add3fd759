internal import Energy
internal import FoundationModel
internal import VigilCore
internal import WorkerCore

/// What a model has said so far of the images of studies that go through it slice by slice. Used by
/// the inference thread alone.
final class StudyResults {
    /// What the model said of one image.
    struct Image {
        let result: ImageResult
        let evidence: Finding.Evidence

        /// The same where instances have other places.
        func moved(by places: [Int: Int]) -> Image {
            guard let place = places[evidence.instance] else { return self }
            return Image(
                result: result,
                evidence: Finding.Evidence(
                    instance: place, frame: evidence.frame, isSeries: evidence.isSeries))
        }
    }

    /// What is known of one study.
    struct Gathered {
        /// By the place of the image among the study's; nil where it has not run yet.
        var images: [Image?] = []
        var batches = 0
        /// What the study cost the model, and that of its batches, in all.
        var cost: StudyCost?
        var energy: EnergyMeasurement?
        /// How long its batches took, its part of that, and the part as a number, 0...1.
        var duration = Duration.zero
        var share = Duration.zero
        var weight = 0.0
        /// What the cache of embeddings did; nil without one.
        var cache: Finding.CacheUse?
        /// The direction of its images so far; nil: nobody asks for it.
        var vector: StudyVector?
        /// All about the study, once its last slice has come.
        var whole: PreparedStudy?
    }

    private var studies: [StudyTicket: Gathered] = [:]
    /// Nothing.
    init() {}

    /// Studies of which something is known.
    var tickets: [StudyTicket] { Array(studies.keys) }

    /// Forgets studies that nobody waits for.
    func forget(_ tickets: [StudyTicket]) {
        for ticket in tickets { studies[ticket] = nil }
    }

    /// Takes out what is known of a study that is not to be assessed.
    func take(_ ticket: StudyTicket) -> Gathered? { studies.removeValue(forKey: ticket) }

    /// Whether a study has begun with this model.
    func hasBegun(_ ticket: StudyTicket) -> Bool { studies[ticket] != nil }

    /// Adds to what is known of a study.
    ///
    /// - Returns: all of it once no image is missing, and forgets it.
    func add(_ ticket: StudyTicket, _ change: (inout Gathered) -> Void) -> Gathered? {
        var gathered = studies[ticket] ?? Gathered()
        change(&gathered)
        studies[ticket] = gathered
        guard let whole = gathered.whole, gathered.images.count == whole.images,
            gathered.images.allSatisfy({ $0 != nil })
        else { return nil }
        studies[ticket] = nil
        return gathered
    }
}

extension StudyResults.Gathered {
    /// Sets what a model said of images, and makes room for them.
    mutating func set(
        _ results: ArraySlice<ImageResult>, of slice: PreparedSlice
    ) {
        let end = slice.first + slice.images.count
        while images.count < end { images.append(nil) }
        for (offset, (result, image)) in zip(results, slice.images).enumerated() {
            vector?.add(result.embedding)
            images[slice.first + offset] = StudyResults.Image(
                result: result.withoutEmbedding, evidence: image.evidence)
        }
        whole = slice.whole ?? whole
    }
}

extension Finding.CacheUse {
    /// Both together.
    func and(_ other: Finding.CacheUse) -> Finding.CacheUse {
        let both = saved.flatMap { one in other.saved.map { one + $0 } }
        return Finding.CacheUse(
            images: images + other.images, hits: hits + other.hits, saved: both)
    }
}
