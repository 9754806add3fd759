import Commands
import FoundationModel
import Imaging
import VigilCore

/// A model of volumes and a decoder for files that a person names.
struct VolumeSession {
    private let classifier: ImageClassifier
    private let manifest: VolumeManifest
    private let decoders: DecoderPool
    private let gate: HeaderGate
    /// The series of the parts so far.
    private var done: Set<String> = []

    /// - Parameter manifest: of the classifier's model.
    init(_ classifier: ImageClassifier, _ manifest: VolumeManifest) throws(ImagingError) {
        self.classifier = classifier
        self.manifest = manifest
        decoders = try FileDecoders.pool()
        gate = HeaderGate(intended: classifier.model.identity.intendedInputs)
    }

    /// The slices of one series, named by the first file.
    private struct Series {
        let file: String
        let identifier: String?
        var slices: [CTSlice]
        /// Of each slice, the file that holds it.
        var owners: [String]
    }

    /// Puts the files of one part together by the series that they say they are of, and encodes
    /// each series; a file that does not decode has a result of its own. Only one part is in memory
    /// at a time, so that a series of an earlier one is refused.
    mutating func run(_ files: [String]) throws -> [InferenceSession.Result] {
        var all: [Series] = []
        var results: [InferenceSession.Result] = []
        for file in files {
            do throws(ImagingError) {
                let input = try InputRoots.openTrusted(
                    path: file, maximumBytes: InputFiles.bytesMax)
                let instance: DecodedInstance
                switch try decoders.read(input, gate: gate, wantsValues: true) {
                case .image(let decoded, _): instance = decoded
                case .leftOut(_, let reason, _):
                    results.append(.init(file: file, outcome: .leftOut(reason)))
                    continue
                }
                let slices = CTSlice.all(of: instance)
                let owners = slices.map { _ in file }
                let identifier = instance.uids.series?.sensitiveValue
                if let known = all.firstIndex(where: { $0.identifier == identifier }) {
                    all[known].slices += slices
                    all[known].owners += owners
                } else {
                    all.append(
                        Series(
                            file: file, identifier: identifier, slices: slices,
                            owners: owners))
                }
            } catch {
                results.append(.init(file: file, outcome: .failure(error)))
            }
        }
        while !all.isEmpty {
            let series = all.removeFirst()
            let isNew = series.identifier.map { done.insert($0).inserted } ?? true
            let again = ImagingError.notAVolume("other slices of its series lie in another folder")
            results +=
                isNew
                ? try outcomes(series) : [.init(file: series.file, outcome: .failure(again))]
        }
        return results
    }

    /// The series' result, named by its first file, and those files that are no part of it.
    private func outcomes(_ series: Series) throws -> [InferenceSession.Result] {
        let assembled: CTSeries.Assembled
        do throws(ImagingError) {
            assembled = try CTSeries.assemble(series.slices)
        } catch { return [.init(file: series.file, outcome: .failure(error))] }
        let tensor = manifest.tensor(of: assembled.volume)
        let isConstant = tensor.allSatisfy { $0 == tensor[0] }
        let results = try tensor.withUnsafeBufferPointer {
            try classifier.classify(images: $0, count: 1)
        }
        let reading = InferenceSession.FileReading(
            results, classifier, isUnit: false,
            flags: assembled.flags.map(\.rawValue)
                + (isConstant ? [RangeFlag.constantImage.rawValue] : []))
        let used = assembled.used(series.owners)
        let file = series.owners.first { used.contains($0) } ?? series.file
        return [.init(file: file, outcome: .success(reading))]
            + assembled.leftOut(series.owners).sorted { $0.key < $1.key }.map {
                .init(file: $0.key, outcome: .leftOut($0.value))
            }
    }
}
