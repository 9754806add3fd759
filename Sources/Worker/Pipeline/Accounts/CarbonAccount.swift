package import Energy
internal import Files
internal import HTTPClient
package import Settings
package import VigilCore

/// The carbon of energy: the model and the grid's intensity as set.
package struct CarbonAccount: Sendable {
    private let model: CarbonModel
    /// The intensity, to be asked anew by its owner.
    package let cache: IntensityCache
    /// How often the source is asked.
    package let refreshPeriod: Duration

    /// The longest file or answer that is read.
    private static let bytesMax = 1 << 20

    /// As set.
    ///
    /// - Throws: ``PipelineError/intensityUnreadable`` when a file is set and holds no intensity. A
    ///   feed that does not answer is no error: it is asked again.
    package init(_ settings: Settings) throws(PipelineError) {
        model = CarbonModel(
            effectiveness: settings.carbonPUE, waterLitres: settings.carbonWUE,
            embodiedGrams: settings.carbonEmbodied * 1000 * settings.carbonEmbodiedShare,
            lifetime: .seconds(settings.carbonLifetime * 31_557_600), zone: settings.carbonZone)
        refreshPeriod = settings.carbonRefresh
        let fixed = settings.carbonIntensity > 0 ? settings.carbonIntensity : nil
        let stale = settings.carbonStale
        if let path = settings.carbonIntensityFile {
            cache = IntensityCache(fixed: fixed, source: .file, staleAfter: stale) {
                try? FileHead.read(path, bytesMax: Self.bytesMax)
            }
            guard cache.refresh() else {
                throw .placed(
                    settings.entry(.carbonIntensityFile).source.text,
                    .intensityUnreadable(SafeText(operatorProvided: path)))
            }
        } else if let url = settings.carbonIntensityURL {
            let token = try PipelineError.placed(.carbonTokenFile, of: settings) {
                () throws(PipelineError) in
                try Self.token(settings.carbonTokenFile)
            }
            let headers = token.map { ["auth-token: \($0)"] }
            guard HTTPClient.keepsSecrets(url, headers: headers ?? []) else {
                throw .placed(
                    settings.entry(.carbonIntensityURL).source.text,
                    .plainAddress("carbon.intensity-url"))
            }
            let client = HTTPClient(timeout: .seconds(10), bytesMax: Self.bytesMax)
            cache = IntensityCache(fixed: fixed, source: .feed, staleAfter: stale) {
                try? client.get(url, headers: headers ?? [])
            }
        } else {
            cache = IntensityCache(fixed: fixed)
        }
    }

    /// What is sent to the feed to prove who asks.
    private static func token(_ path: String?) throws(PipelineError) -> String? {
        guard let path else { return nil }
        guard let bytes = try? FileHead.read(path, bytesMax: 4096) else {
            throw .intensityUnreadable(SafeText(operatorProvided: path))
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    /// The carbon of a study's or an interval's energy; nil when the intensity is not known or the
    /// energy is not.
    ///
    /// - Parameters:
    ///   - held: how long the machine was held for it.
    ///   - studies: how many share it; nil when there are none.
    package func record(
        _ energy: EnergyReading, held: Duration, studies: Int?, at now: Timestamp
    ) -> CarbonRecord? {
        guard energy.method != .none, let intensity = cache.reading(at: now) else { return nil }
        let figures = model.figures(energy, held: held, intensity)
        return CarbonRecord(
            grams: figures.grams, low: figures.low, high: figures.high,
            embodied: figures.embodiedGrams,
            sci: studies.flatMap { $0 > 0 ? figures.totalGrams / Double($0) : nil },
            intensity: intensity.grams, source: intensity.source.rawValue, age: intensity.age,
            isStale: intensity.isStale, zone: figures.zone,
            effectiveness: figures.effectiveness, waterLitres: figures.waterLitres)
    }
}
