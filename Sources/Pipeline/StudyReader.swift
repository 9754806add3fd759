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
    private let pseudonymKey: [UInt8]
    private let meter: any EnergyMeter
    let clock: any VigilClock
    private let telemetry: Telemetry
    /// The one of the decoders that it uses; nil for any that is free.
    private var place: Int?

    package init(
        roots: InputRoots, decoders: DecoderPool, input: InputManifest,
        pseudonymKey: [UInt8], meter: any EnergyMeter, clock: any VigilClock, telemetry: Telemetry
    ) {
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

    /// Reads all instances of an event.
    ///
    /// - Parameters:
    ///   - taken: when the event was taken in.
    ///   - isOver: asked before each instance, whether the result is still wanted.
    /// - Returns: nil when the result is no longer wanted.
    /// - Throws: the failure of the first instance that could not be read, for the study as a
    /// whole: a
    ///   finding on a part of a study would look like one on all of it.
    package func read(
        _ event: StudyEvent, taken: MonotonicTime, until isOver: () -> Bool = { false }
    ) throws(StageFailure) -> PreparedStudy? {
        let begun = clock.monotonic()
        let mark = meter.begin()
        var tally = Tally()
        for (index, instance) in event.instances.enumerated() {
            if isOver() { return nil }
            try read(instance, index: index, event: event, into: &tally)
        }
        if case .volume(let manifest) = input {
            guard try assemble(&tally, manifest, until: isOver) else { return nil }
        }
        return PreparedStudy(
            images: tally.images, instances: tally.instances, decodedAt: clock.wall(),
            readyAt: clock.monotonic(), queued: begun - taken, fetched: tally.fetched,
            decoded: tally.decoded, preprocessed: tally.preprocessed,
            energy: meter.end(mark).part(of: tally.processor))
    }

    /// What is read of a study so far.
    struct Tally {
        var images: [PreparedStudy.Image] = []
        var instances: [FindingRecord.Instance] = []
        var fetched = Duration.zero
        var decoded = Duration.zero
        var preprocessed = Duration.zero
        /// Processor time of this thread and of the decoders.
        var processor = Duration.zero
        /// The slices of each series, of a model of volumes.
        var series: [SeriesSlices] = []
    }

    private func read(
        _ reference: InstanceReference, index: Int, event: StudyEvent, into tally: inout Tally
    ) throws(StageFailure) {
        let begun = clock.monotonic()
        let thread = SystemProcessorTimes.thread()
        let (instance, opened) = try decode(reference)
        let decoded = clock.monotonic()
        switch input {
        case .image(let manifest):
            let frames = Self.chosenFrames(of: instance.frames.count)
            let preprocessor = Preprocessor(manifest)
            for frame in frames {
                tally.images.append(
                    PreparedStudy.Image(
                        tensor: preprocessor.tensor(of: instance.frames[frame]),
                        digest: instance.digest(ofFrame: frame),
                        evidence: FindingRecord.Evidence(instance: index, frame: frame)))
            }
            let range = RangeCheck(manifest)
            let flags = range.flags(of: frames.map { instance.frames[$0] }, instance.modality)
            tally.instances.append(
                facts(of: instance, event: event, frames: frames.count, flags: flags))
        case .volume:
            let frames = instance.frames.count
            tally.instances.append(facts(of: instance, event: event, frames: frames, flags: []))
            try tally.keep(instance, index: index, valuesMax: decoders.limits.maximumPixels)
        }
        tally.fetched += opened - begun
        tally.decoded += decoded - opened
        tally.preprocessed += clock.monotonic() - decoded
        let own = SystemProcessorTimes.thread() - thread
        decoders.addCallerTime(own)
        tally.processor += own + instance.processorTime
        telemetry.emit(
            StudyDecoded(
                transferSyntax: "\(instance.transferSyntax)", frames: instance.frames.count,
                duration: decoded - opened, processor: own + instance.processorTime))
    }

    private func decode(
        _ reference: InstanceReference
    ) throws(StageFailure) -> (DecodedInstance, opened: MonotonicTime) {
        var stage = Stage.fetch
        defer {
            for error in decoders.takeLost() {
                telemetry.emit(DecoderRestarted(reason: error.code))
            }
        }
        do throws(ImagingError) {
            let file = try roots.open(reference.uri)
            let opened = clock.monotonic()
            stage = .decode
            return (try decode(file), opened)
        } catch {
            // The transfer syntax of a file that does not read is not known.
            if stage == .decode {
                telemetry.emit(InstanceRefused(transferSyntax: "other", code: error.code))
            }
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
