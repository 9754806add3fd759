internal import Tensor
internal import Weights

/// The weights of a model in the making, and what it is to run on.
struct ModelSource {
    /// With what adapters add to them.
    let weights: any WeightSource
    let engine: Engine
    /// Never ``Precision/auto``.
    let precision: Precision
    /// Of a folder, it waits until all files are hashed, which goes on while weights are packed.
    let identity: () throws(ModelError) -> ModelIdentity
    /// Where packed weights are kept; nil: nowhere.
    private let cacheDirectory: String?
    private let onCacheFault: CacheFault.Listener

    /// A model's folder.
    init(_ loading: ModelLoading) {
        weights = loading.source
        engine = loading.engine
        precision = loading.precision
        identity = loading.identity
        cacheDirectory = loading.options.cacheDirectory
        onCacheFault = loading.options.onCacheFault
    }

    /// Generated weights, for tests and benchmarks.
    init(
        _ weights: any WeightSource, identity: ModelIdentity, options: ModelOptions
    ) throws(ModelError) {
        self.weights = weights
        engine = try options.makeEngine()
        precision = try options.resolvedPrecision(engine)
        self.identity = { () throws(ModelError) in identity }
        cacheDirectory = nil
        onCacheFault = options.onCacheFault
    }

    /// Makes layers of the weights, which are checked for NaN and packed, or reads what was packed
    /// before.
    func pack<Layers>(
        _ make: (WeightLoader) throws(ModelError) -> Layers
    ) throws(ModelError) -> (Layers, LoadReport) {
        // Packing for fp32 is as fast as reading what was packed before.
        var cache: CacheFile?
        if let cacheDirectory, precision != .fp32 {
            cache = .packedWeights(
                directory: cacheDirectory, model: try identity().encoderDigest,
                kernels: engine.kernels.instructionSet, precision: precision)
        }
        let start = ContinuousClock.now
        let stored = cache?.read()
        let loader = WeightLoader(
            source: weights, pool: engine.pool, cache: stored.map { PackedCacheReader(memory: $0) })
        let layers = try make(loader)
        var report = LoadReport(
            packing: start.duration(to: .now), cache: stored == nil ? .off : .used)
        if stored == nil, let cache {
            // Damage of the folder is told before anything is kept of it.
            _ = try identity()
            let isKept = cache.write(loader.packed.map(\.packedBytes), onFault: onCacheFault)
            report.cache = isKept ? .written : .failed
        }
        return (layers, report)
    }

    /// Makes a vision tower.
    func vision(
        _ configuration: VisionConfiguration, head: HeadConfiguration, names: VisionNames
    ) throws(ModelError) -> LoadedVision {
        let (tower, report) = try pack { (loader) throws(ModelError) in
            try VisionTower(
                loader, names: names, configuration: configuration, head: head,
                precision: precision, engine: engine)
        }
        return LoadedVision(
            tower: tower, identity: try identity(), precision: precision, engine: engine,
            report: report)
    }
}

/// A vision tower that is loaded, and what is known of it.
struct LoadedVision {
    let tower: VisionTower
    let identity: ModelIdentity
    let precision: Precision
    let engine: Engine
    let report: LoadReport
}
