internal import Energy
internal import Imaging
internal import VigilCore
internal import Wire

/// The slices of one series of a study.
struct SeriesSlices {
    /// nil: of files that name no series.
    let series: DicomUID?
    /// Of the study's instances, in the order of the event.
    var instances: [Int]
    var slices: [CTSlice]
}

extension StudyReader {
    /// Of a study with more series that may be volumes, this many are read, those with the most
    /// slices, and the finding says so of the others.
    package static let volumesPerStudyMax = 8

    /// Makes a volume of the next series.
    ///
    /// What is none by its nature, such as a localizer or a screenshot, is left out and marked, as
    /// long as the study has any volume. A series of slices of which some are missing or odd fails
    /// the study: a finding on part of an organ would look like one on all of it.
    func assembleNext(
        of reading: inout StudyReading, _ manifest: VolumeManifest
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let begun = clock.monotonic()
        let thread = SystemProcessorTimes.thread()
        if !reading.isAssembling {
            let others = reading.chooseSeries()
            guard !reading.series.isEmpty else {
                let slices = others.first?.slices ?? []
                throw Self.failure { () throws(ImagingError) in _ = try CTSeries.volume(slices) }
            }
        }
        let series = reading.series.removeFirst()
        let image = try Self.image(of: series.slices, series.instances, manifest)
        if image.tensor.allSatisfy({ $0 == image.tensor[0] }) {
            reading.flag(series.instances, RangeFlag.constantImage.rawValue)
        }
        reading.preprocessed += clock.monotonic() - begun
        let own = SystemProcessorTimes.thread() - thread
        decoders.addCallerTime(own)
        reading.processor += own
        return [image]
    }

    private static func image(
        of slices: [CTSlice], _ instances: [Int], _ manifest: VolumeManifest
    ) throws(StageFailure) -> PreparedSlice.Image {
        let tensor: [Float]
        do throws(ImagingError) {
            tensor = manifest.tensor(of: try CTSeries.volume(slices))
        } catch {
            throw StageFailure(.decode, error)
        }
        var hasher = DigestHasher()
        tensor.withUnsafeBytes { hasher.update($0) }
        return PreparedSlice.Image(
            tensor: tensor, digest: hasher.finish(),
            evidence: FindingRecord.Evidence(instance: instances[0], frame: 0))
    }

    /// The failure of slices that are no volume.
    private static func failure(_ body: () throws(ImagingError) -> Void) -> StageFailure {
        do throws(ImagingError) {
            try body()
            return StageFailure(.decode, ImagingError.notAVolume("it has no slices"))
        } catch {
            return StageFailure(.decode, error)
        }
    }
}

extension StudyReading {
    /// Keeps an instance's slices for its series.
    /// - Throws: ``ImagingError/tooManyPixels`` when the study has more of them than one file may.
    mutating func keep(
        _ instance: DecodedInstance, index: Int, valuesMax: UInt64
    ) throws(StageFailure) {
        let held = series.reduce(0) { $0 + $1.slices.reduce(0) { $0 + $1.count } }
        guard UInt64(held + instance.values.count) <= valuesMax else {
            throw StageFailure(.decode, ImagingError.tooManyPixels)
        }
        let slices = CTSlice.all(of: instance)
        if let known = series.firstIndex(where: { $0.series == instance.seriesUID }) {
            series[known].instances.append(index)
            series[known].slices += slices
        } else {
            series.append(
                SeriesSlices(series: instance.seriesUID, instances: [index], slices: slices))
        }
    }

    /// Keeps the series to make volumes of, in the order of the event, and marks the instances of
    /// all others.
    ///
    /// - Returns: those that are no volume.
    mutating func chooseSeries() -> [SeriesSlices] {
        let all = series
        isAssembling = true
        let fit = all.indices.filter { CTSeries.mayBeVolume(all[$0].slices) }
        let most = fit.sorted { all[$1].slices.count < all[$0].slices.count }
        let chosen = Set(most.prefix(StudyReader.volumesPerStudyMax))
        for index in all.indices where !chosen.contains(index) {
            flag(all[index].instances, fit.contains(index) ? "series_skipped" : "not_a_volume")
        }
        series = all.indices.filter { chosen.contains($0) }.map { all[$0] }
        return all.indices.filter { !fit.contains($0) }.map { all[$0] }
    }

    /// Marks instances.
    mutating func flag(_ instances: [Int], _ flag: String) {
        for index in instances { self.instances[index] = self.instances[index].flagged(flag) }
    }
}
