package import Energy
package import Imaging
package import Telemetry
package import VigilCore
internal import Wire

/// The first stages of a study: fetch its files, decode them in the sandbox, normalise their
/// frames. Blocking; any thread.
package struct StudyReader: Sendable {
    /// Of an instance with more frames, this many are read, evenly spaced, and the finding says so.
    package static let framesPerInstanceMax = 16

    private let roots: InputRoots
    let decoders: DecoderPool
    private let input: InputManifest
    private let budget: StudyBudget
    private let pseudonymKey: [UInt8]
    private let meter: any EnergyMeter
    let clock: any VigilClock
    private let telemetry: Telemetry
    /// The one of the decoders that it uses; nil for any that is free.
    private var place: Int?

    package init(
        roots: InputRoots, decoders: DecoderPool, input: InputManifest,
        budget: StudyBudget, pseudonymKey: [UInt8], meter: any EnergyMeter, clock: any VigilClock,
        telemetry: Telemetry
    ) {
        self.budget = budget
        self.roots = roots
        self.decoders = decoders
        self.input = input
        self.pseudonymKey = pseudonymKey
        self.meter = meter
        self.clock = clock
        self.telemetry = telemetry
    }

    /// The same with a decoder of its own.
    func with(decoder place: Int) -> StudyReader {
        var copy = self
        copy.place = place
        return copy
    }

    /// Reads the next instance of a study, or makes the next volume once all are read.
    ///
    /// - Returns: its images, for the model; none of an instance of a volume.
    /// - Throws: the failure of an instance that could not be read, for the study as a whole: a
    ///   finding on a part of a study would look like one on all of it. Or that the study took more
    ///   than it may. What was read before stays.
    package func readNext(
        of reading: inout StudyReading
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let mark = meter.begin()
        let before = reading.processor
        defer {
            let part = meter.end(mark).part(of: reading.processor - before)
            reading.energy = reading.energy?.and(part) ?? part
        }
        let images: [PreparedSlice.Image]
        if reading.next < reading.event.instances.count {
            images = try read(reading.event.instances[reading.next], into: &reading)
            reading.next += 1
        } else if case .volume(let manifest) = input {
            images = try assembleNext(of: &reading, manifest)
        } else {
            images = []
        }
        reading.images += images.count
        if let part = budget.exceeded(by: reading) {
            throw StageFailure(.decode, PipelineError.studyOverBudget(part))
        }
        return images
    }

    /// All about a study that was read to its end; nil when there is more to read.
    package func whole(_ reading: StudyReading) -> PreparedStudy? {
        guard reading.next >= reading.event.instances.count,
            !input.isVolume || (reading.isAssembling && reading.series.isEmpty)
        else { return nil }
        return reading.whole(
            at: clock.wall(), clock.monotonic(), nothing: meter.end(meter.begin()).part(of: .zero))
    }

    private func read(
        _ reference: InstanceReference, into reading: inout StudyReading
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let begun = clock.monotonic()
        let thread = SystemProcessorTimes.thread()
        let index = reading.next
        let (instance, opened, bytes) = try decode(reference)
        let decoded = clock.monotonic()
        reading.bytes += bytes
        var images: [PreparedSlice.Image] = []
        switch input {
        case .image(let manifest):
            let frames = Self.chosenFrames(of: instance.frames.count)
            let preprocessor = Preprocessor(manifest)
            images = frames.map { frame in
                PreparedSlice.Image(
                    tensor: preprocessor.tensor(of: instance.frames[frame]),
                    digest: instance.digest(ofFrame: frame),
                    evidence: FindingRecord.Evidence(instance: index, frame: frame))
            }
            let range = RangeCheck(manifest)
            let flags = range.flags(of: frames.map { instance.frames[$0] }, instance.modality)
            reading.instances.append(
                facts(of: instance, event: reading.event, frames: frames.count, flags: flags))
        case .volume:
            let frames = instance.frames.count
            reading.instances.append(
                facts(of: instance, event: reading.event, frames: frames, flags: []))
            try reading.keep(instance, index: index, valuesMax: decoders.limits.maximumPixels)
        }
        reading.fetched += opened - begun
        reading.decoded += decoded - opened
        reading.preprocessed += clock.monotonic() - decoded
        let own = SystemProcessorTimes.thread() - thread
        decoders.addCallerTime(own)
        reading.processor += own + instance.processorTime
        telemetry.emit(
            StudyDecoded(
                transferSyntax: "\(instance.transferSyntax)", frames: instance.frames.count,
                duration: decoded - opened, processor: own + instance.processorTime))
        return images
    }

    private func decode(
        _ reference: InstanceReference
    ) throws(StageFailure) -> (DecodedInstance, opened: MonotonicTime, bytes: Int64) {
        var stage = Stage.fetch
        do throws(ImagingError) {
            let file = try roots.open(reference.uri)
            let opened = clock.monotonic()
            stage = .decode
            return (try decode(file), opened, Int64(clamping: file.size))
        } catch {
            throw StageFailure(stage, error)
        }
    }

    /// With its values for a volume; colour has none, and is no slice of one.
    private func decode(
        _ file: borrowing OpenedInput
    ) throws(ImagingError) -> DecodedInstance {
        guard input.isVolume else { return try decoders.decode(file, place: place) }
        do throws(ImagingError) {
            return try decoders.decode(file, wantsValues: true, place: place)
        } catch {
            guard error == .unsupportedPixelFormat else { throw error }
            return try decoders.decode(file, place: place)
        }
    }

    /// All frames of a short instance, evenly spaced ones of a long one, the first and last
    /// included.
    static func chosenFrames(of count: Int) -> [Int] {
        let limit = framesPerInstanceMax
        guard count > limit else { return Array(0..<count) }
        return (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }

    private func facts(
        of instance: DecodedInstance, event: StudyEvent, frames: Int, flags: [String]
    ) -> FindingRecord.Instance {
        var flags = flags
        if instance.lossy { flags.append("lossy_compression") }
        if frames < instance.frames.count { flags.append("frames_sampled") }
        if let study = instance.studyUID, study != event.study {
            flags.append("study_uid_differs")
        }
        return FindingRecord.Instance(
            series: instance.seriesUID.map { Pseudonym(of: $0, key: pseudonymKey) },
            sop: instance.sopInstanceUID.map { Pseudonym(of: $0, key: pseudonymKey) },
            pixels: instance.pixelDigest, modality: instance.modality.safeText,
            frames: frames, flags: flags)
    }
}
