internal import Energy
internal import Imaging
internal import Telemetry
internal import VigilCore

/// The slices of one series of a study.
struct SeriesSlices {
    /// nil: of files that name no series.
    let series: DicomUID?
    /// Of the study's instances, in the order of the event.
    var instances: [Int]
    var slices: [CTSlice]
    /// Of each slice, which of the study's instances holds it.
    var owners: [Int]

    /// Which image of the study a slice is.
    func place(ofSlice slice: Int) -> Finding.Evidence {
        let owner = owners[slice]
        return Finding.Evidence(
            instance: owner, frame: owners[..<slice].count { $0 == owner })
    }
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
        let (image, flags, leftOut) = try Self.image(of: series, manifest)
        reading.told.dropped.merge(leftOut) { $1 }
        let kept = series.instances.filter { leftOut[$0] == nil }
        for flag in flags { reading.told.flag(kept, flag.rawValue) }
        if image.tensor.allSatisfy({ $0 == image.tensor[0] }) {
            reading.told.flag(kept, RangeFlag.constantImage.rawValue)
        }
        for reason in leftOut.values {
            telemetry.emit(
                InstanceLeftOut(reason: SafeText(fixedMessage: reason.rawValue), processor: .zero))
        }
        reading.took.preprocessed += clock.monotonic() - begun
        let own = SystemProcessorTimes.thread() - thread
        decoders.addCallerTime(own)
        reading.took.processor += own
        return [image]
    }

    /// A series as the model's input, and the instances none of whose slices are part of it.
    private static func image(
        of series: SeriesSlices, _ manifest: VolumeManifest
    ) throws(StageFailure) -> (PreparedSlice.Image, [VolumeFlag], [Int: LeftOutReason]) {
        let assembled: CTSeries.Assembled
        do throws(ImagingError) {
            assembled = try CTSeries.assemble(series.slices)
        } catch {
            throw StageFailure(.decode, error)
        }
        let tensor = manifest.tensor(of: assembled.volume)
        var hasher = DigestHasher()
        tensor.withUnsafeBytes { hasher.update($0) }
        let used = assembled.used(series.owners)
        let first = series.instances.first { used.contains($0) } ?? series.instances[0]
        let image = PreparedSlice.Image(
            tensor: tensor, digest: hasher.finish(),
            evidence: Finding.Evidence(instance: first, frame: 0),
            placement: VolumePlacement(assembled, manifest).map {
                .series($0, slices: assembled.order.map { series.place(ofSlice: $0) })
            })
        return (image, assembled.flags, assembled.leftOut(series.owners))
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
        if let known = series.firstIndex(where: { $0.series == instance.uids.series }) {
            series[known].instances.append(index)
            series[known].slices += slices
            series[known].owners += slices.map { _ in index }
        } else {
            series.append(
                SeriesSlices(
                    series: instance.uids.series, instances: [index], slices: slices,
                    owners: slices.map { _ in index }))
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
            told.flag(all[index].instances, fit.contains(index) ? "series_skipped" : "not_a_volume")
        }
        series = all.indices.filter { chosen.contains($0) }.map { all[$0] }
        return all.indices.filter { !fit.contains($0) }.map { all[$0] }
    }
}
