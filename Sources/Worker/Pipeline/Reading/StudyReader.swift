internal import Control
package import Energy
package import Imaging
package import Telemetry
package import VigilCore
package import WorkerCore

/// The first stages of a study: fetch its files, decode them in the sandbox, normalise their
/// frames. Blocking; any thread.
package struct StudyReader: Sendable {
    /// Of an instance with more frames, this many are read, evenly spaced, and the finding says so.
    package static let framesPerInstanceMax = 16
    /// A file that was changed so shortly before it was read may not be whole yet.
    private static let settlingMax = Duration.seconds(3)

    let sources: InstanceSources
    let decoders: DecoderPool
    private let input: InputManifest
    private let budget: StudyBudget
    let pseudonymKey: [UInt8]
    let gate: HeaderGate
    private let meter: any EnergyMeter
    let clock: any VigilClock
    let telemetry: Telemetry
    /// What is known of patients.
    let patients: KnownPatients
    /// What operators allow; nil: everything.
    private let control: StudyControl?
    /// The one of the decoders that it uses; nil for any that is free.
    private(set) var place: Int?

    package init(
        sources: InstanceSources, decoders: DecoderPool, gate: HeaderGate, input: InputManifest,
        budget: StudyBudget, pseudonymKey: [UInt8], meter: any EnergyMeter, clock: any VigilClock,
        telemetry: Telemetry, patients: KnownPatients = KnownPatients(),
        control: StudyControl? = nil
    ) {
        self.patients = patients
        self.control = control
        self.budget = budget
        self.gate = gate
        self.sources = sources
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
    /// - Returns: its images, for the model; none of an instance of a volume or one left out.
    /// - Throws: the failure of an instance that could not be read, for the study as a whole: a
    ///   finding on a part of a study would look like one on all of it. Or that the study took more
    ///   than it may. What was read before stays.
    package func readNext(
        of reading: inout StudyReading
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let mark = meter.begin()
        let before = reading.took.processor
        defer {
            let part = meter.end(mark).part(of: reading.took.processor - before)
            reading.energy = reading.energy?.and(part) ?? part
        }
        var images: [PreparedSlice.Image] = []
        if let standing = control?.standing(of: []), standing.stop != nil {
            // Of a study that is not assessed, no more is worth its energy.
            reading.known.control = standing
            reading.next = reading.event.instances.count
        } else if reading.next < reading.event.instances.count {
            let reference = reading.event.instances[reading.next]
            // Of a study of others, pixels are not worth their energy.
            if reading.identity.mismatches.isEmpty {
                images = try read(reference, into: &reading)
            } else {
                try checkHeader(reference, into: &reading)
            }
            reading.next += 1
        } else if case .volume(let manifest) = input, reading.hasVolumes {
            images = try assembleNext(of: &reading, manifest)
        }
        reading.images += images.count
        if let part = budget.exceeded(by: reading.use) {
            throw StageFailure(.decode, PipelineError.studyOverBudget(part))
        }
        return images
    }

    /// The next file is another study's, and meets a decoder that has seen none of this one.
    func endStudy() { decoders.endStudy(at: place) }

    /// All about a study that was read to its end; nil when there is more to read.
    package func whole(_ reading: StudyReading) -> PreparedStudy? {
        guard reading.next >= reading.event.instances.count,
            !input.isVolume || !reading.hasVolumes
        else { return nil }
        for alarm in reading.identity.alarms {
            telemetry.emit(IdentityMismatched(kind: SafeText(fixedMessage: alarm.rawValue)))
        }
        var whole = reading.whole(
            at: clock.wall(), clock.monotonic(), nothing: meter.end(meter.begin()).part(of: .zero))
        // As late as may be, and once, so that both models of a cascade see the same.
        if let patient = reading.event.patient {
            whole.look(
                up: patient, in: patients,
                study: Pseudonym(of: reading.event.study, key: pseudonymKey), now: clock.wall())
        }
        return whole
    }

    private func read(
        _ reference: InstanceReference, into reading: inout StudyReading
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let begun = clock.monotonic()
        let thread = SystemProcessorTimes.thread()
        let (found, opened, fetched) = try read(reference)
        let decoded = clock.monotonic()
        reading.bytes += fetched.bytes
        var images: [PreparedSlice.Image] = []
        switch found {
        case .image(let instance, let header):
            if let header { take(header, as: reference, into: &reading) }
            reading.told.views.append(header?.standardView)
            reading.told.scanners.append(header?.scanner)
            images = try keep(instance, in: &reading)
            reading.took.processor += instance.processorTime
        case .leftOut(let header, let reason, let processor):
            reading.identity.check(header, of: reading.event, as: reference, isShown: false)
            leaveOut(header, reason, from: &reading)
            reading.took.processor += processor
        }
        reading.took.fetched += opened - begun
        reading.took.decoded += decoded - opened
        reading.took.preprocessed += clock.monotonic() - decoded
        let own = SystemProcessorTimes.thread() - thread + fetched.processor
        decoders.addCallerTime(own)
        reading.took.processor += own
        tell(of: found, took: decoded - opened, processor: own)
        return images
    }

    private func tell(of found: InstanceReading, took duration: Duration, processor own: Duration) {
        switch found {
        case .image(let instance, _):
            telemetry.emit(
                StudyDecoded(
                    transferSyntax: "\(instance.encoding.transferSyntax)",
                    frames: instance.frames.count,
                    duration: duration, processor: own + instance.processorTime))
        case .leftOut(_, let reason, let processor):
            telemetry.emit(
                InstanceLeftOut(
                    reason: SafeText(fixedMessage: reason.rawValue), processor: own + processor))
        }
    }

    /// Normalises an instance's frames, or keeps its slices for their series.
    private func keep(
        _ instance: DecodedInstance, in reading: inout StudyReading
    ) throws(StageFailure) -> [PreparedSlice.Image] {
        let index = reading.told.instances.count
        reading.told.positions.append(reading.next)
        switch input {
        case .image(let manifest):
            let frames = Self.chosenFrames(of: instance.frames.count)
            let preprocessor = Preprocessor(manifest)
            let range = RangeCheck(manifest)
            let flags = range.flags(of: frames.map { instance.frames[$0] }, instance.modality)
            reading.told.instances.append(facts(of: instance, frames: frames.count, flags: flags))
            return frames.map { frame in
                let (tensor, placement) = preprocessor.prepare(instance.frames[frame])
                return PreparedSlice.Image(
                    tensor: tensor, digest: instance.digest(ofFrame: frame),
                    evidence: Finding.Evidence(instance: index, frame: frame),
                    placement: .frame(placement))
            }
        case .volume:
            let frames = instance.frames.count
            reading.told.instances.append(facts(of: instance, frames: frames, flags: []))
            try reading.keep(instance, index: index, valuesMax: decoders.limits.maximumPixels)
            return []
        }
    }

    /// What opening a file told and took.
    private struct Fetched {
        let bytes: Int64
        /// Processor time of the thread that opened it.
        let processor: Duration
    }

    private func read(
        _ reference: InstanceReference
    ) throws(StageFailure) -> (InstanceReading, opened: MonotonicTime, Fetched) {
        let file = try sources.open(reference.uri)
        let opened = clock.monotonic()
        let isSettling = file.age.map { $0 < Self.settlingMax } ?? false
        defer {
            for error in decoders.takeLost() {
                telemetry.emit(DecoderRestarted(reason: error.code))
            }
        }
        do throws(ImagingError) {
            let fetched = Fetched(
                bytes: Int64(clamping: file.size), processor: file.processorTime)
            return (try read(file), opened, fetched)
        } catch {
            // The transfer syntax of a file that does not read is not known.
            telemetry.emit(InstanceRefused(transferSyntax: "other", code: error.code))
            throw StageFailure(.decode, error, mayPass: isSettling && error.mayComeOfHalfAFile)
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
    ) -> Finding.Instance {
        var flags = flags
        flags += instance.flags
        if frames < instance.frames.count { flags.append("frames_sampled") }
        return Finding.Instance(
            series: instance.uids.series.map { Pseudonym(of: $0, key: pseudonymKey) },
            sop: instance.uids.instance.map { Pseudonym(of: $0, key: pseudonymKey) },
            pixels: instance.pixelDigest, modality: instance.modality.safeText,
            frames: frames, flags: flags)
    }
}
