internal import Energy
internal import FoundationModel
internal import Telemetry
internal import VigilCore

/// The images of a batch whose embedding the cache knows.
struct KnownEmbeddings {
    private let cache: EmbeddingCache?
    private let entries: [EmbeddingCache.Entry?]
    private let damaged: Int

    /// Looks images up by the digests of their pixels; without a cache none is known.
    init(of images: [Digest], in cache: EmbeddingCache?) {
        self.cache = cache
        let before = cache?.usage.damaged ?? 0
        entries = images.map { cache?.find($0) }
        damaged = (cache?.usage.damaged ?? 0) - before
    }

    /// What is known of an image.
    subscript(index: Int) -> EmbeddingCache.Entry? { entries[index] }

    /// How many images of a part are not known.
    func missing(in part: Range<Int>) -> Int { part.count { entries[$0] == nil } }

    /// Whether there is nothing to encode.
    var isEveryOne: Bool { missing(in: entries.indices) == 0 }

    /// Keeps what was computed, each with its part of the energy.
    func keep(_ embeddings: [[Float]], of images: [Digest], energy: EnergyReading) {
        guard let cache, !isEveryOne else { return }
        let count = Double(missing(in: entries.indices))
        let joules = energy.method == .none ? nil : Joules(energy.joules.value / count)
        for index in images.indices where entries[index] == nil {
            cache.keep(
                EmbeddingCache.Entry(embedding: embeddings[index], joules: joules),
                of: images[index])
        }
    }

    /// What the cache did for a study.
    func use(in part: Range<Int>) -> Finding.CacheUse? {
        guard cache != nil else { return nil }
        let hits = part.count - missing(in: part)
        return Finding.CacheUse(images: part.count, hits: hits, saved: saved(in: part))
    }

    /// What the passes of known images took; nil when that is not known of each.
    private func saved(in part: Range<Int>) -> Joules? {
        let found = part.compactMap { entries[$0] }
        let joules = found.compactMap(\.joules)
        return joules.count == found.count ? joules.reduce(.zero) { $0 + $1 } : nil
    }

    /// What the cache did for the batch.
    func report(_ energy: EnergyMeasurement) -> EmbeddingsReused? {
        guard cache != nil else { return nil }
        let misses = missing(in: entries.indices)
        return EmbeddingsReused(
            hits: entries.count - misses, misses: misses, damaged: damaged,
            saved: saved(in: entries.indices) ?? .zero, energyMethod: energy.reading.method)
    }
}
