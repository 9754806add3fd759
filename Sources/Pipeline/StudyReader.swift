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

    let roots: InputRoots
    let decoders: DecoderPool
    private let input: InputManifest
    let pseudonymKey: [UInt8]
    let gate = HeaderGate()
    private let meter: any EnergyMeter
    let clock: any VigilClock
    let telemetry: Telemetry
    /// The one of the decoders that it uses; nil for any that is free.
    private(set) var place: Int?

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
            // Of a study that is not assessed, no more pixels are worth their energy.
            if tally.identity.mismatches.isEmpty {
                try read(instance, index: index, event: event, into: &tally)
            } else {
                try checkHeader(instance, position: index, event: event, into: &tally)
            }
        }
        let mismatches = tally.identity.mismatches
        if mismatches.isEmpty {
            if case .volume(let manifest) = input, !tally.instances.isEmpty {
                guard try assemble(&tally, manifest, until: isOver) else { return nil }
            }
        } else {
            tally.images = []
            tally.instances = []
        }
        for alarm in tally.identity.alarms {
            telemetry.emit(IdentityMismatched(kind: SafeText(fixedMessage: alarm.rawValue)))
        }
        return PreparedStudy(
            images: tally.images, instances: tally.instances,
            leftOut: tally.leftOut.sorted { ($0.place ?? 0) < ($1.place ?? 0) },
            mismatches: mismatches,
            decodedAt: clock.wall(),
            readyAt: clock.monotonic(), queued: begun - taken, fetched: tally.fetched,
            decoded: tally.decoded, preprocessed: tally.preprocessed,
            energy: meter.end(mark).part(of: tally.processor))
    }

    /// What is read of a study so far.
    struct Tally {
        var images: [PreparedStudy.Image] = []
        var instances: [FindingRecord.Instance] = []
        /// Where each of the instances stands in the event.
        var positions: [Int] = []
        var leftOut: [FindingRecord.LeftOut] = []
        var identity = IdentityGate()
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
        let (reading, opened) = try read(reference)
        let decoded = clock.monotonic()
        switch reading {
        case .image(let instance, let header):
            if let header {
                tally.identity.check(header, of: event, as: reference, isShown: true)
            }
            try keep(instance, position: index, in: &tally)
            tally.processor += instance.processorTime
        case .leftOut(let header, let reason, let processor):
            tally.identity.check(header, of: event, as: reference, isShown: false)
            leaveOut(header, reason, position: index, from: &tally)
            tally.processor += processor
        }
        tally.fetched += opened - begun
        tally.decoded += decoded - opened
        tally.preprocessed += clock.monotonic() - decoded
        let own = SystemProcessorTimes.thread() - thread
        decoders.addCallerTime(own)
        tally.processor += own
        switch reading {
        case .image(let instance, _):
            telemetry.emit(
                StudyDecoded(
                    transferSyntax: "\(instance.transferSyntax)", frames: instance.frames.count,
                    duration: decoded - opened, processor: own + instance.processorTime))
        case .leftOut(_, let reason, let processor):
            telemetry.emit(
                InstanceLeftOut(
                    reason: SafeText(fixedMessage: reason.rawValue), processor: own + processor))
        }
    }

    /// Normalises an instance's frames, or keeps its slices for their series.
    private func keep(
        _ instance: DecodedInstance, position: Int, in tally: inout Tally
    ) throws(StageFailure) {
        let index = tally.instances.count
        tally.positions.append(position)
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
                facts(of: instance, frames: frames.count, flags: flags))
        case .volume:
            let frames = instance.frames.count
            tally.instances.append(facts(of: instance, frames: frames, flags: []))
            try tally.keep(instance, index: index, valuesMax: decoders.limits.maximumPixels)
        }
    }

    private func read(
        _ reference: InstanceReference
    ) throws(StageFailure) -> (InstanceReading, opened: MonotonicTime) {
        var stage = Stage.fetch
        do throws(ImagingError) {
            let file = try roots.open(reference.uri)
            let opened = clock.monotonic()
            stage = .decode
            return (try read(file), opened)
        } catch {
            throw StageFailure(stage, error)
        }
    }

    /// With its values for a volume; colour has none, and is no slice of one.
    private func read(_ file: borrowing OpenedInput) throws(ImagingError) -> InstanceReading {
        guard input.isVolume else { return try decoders.read(file, gate: gate, place: place) }
        do throws(ImagingError) {
            return try decoders.read(file, gate: gate, wantsValues: true, place: place)
        } catch {
            guard error == .unsupportedPixelFormat else { throw error }
            return try decoders.read(file, gate: gate, place: place)
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
        of instance: DecodedInstance, frames: Int, flags: [String]
    ) -> FindingRecord.Instance {
        var flags = flags
        if instance.lossy { flags.append("lossy_compression") }
        if frames < instance.frames.count { flags.append("frames_sampled") }
        return FindingRecord.Instance(
            series: instance.seriesUID.map { Pseudonym(of: $0, key: pseudonymKey) },
            sop: instance.sopInstanceUID.map { Pseudonym(of: $0, key: pseudonymKey) },
            pixels: instance.pixelDigest, modality: instance.modality.safeText,
            frames: frames, flags: flags)
    }
}
