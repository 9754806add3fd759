import FoundationModel
import Imaging
import VigilCore

/// A model of volumes and a decoder for files that a person names.
struct VolumeSession {
    private let classifier: ImageClassifier
    private let manifest: VolumeManifest
    private let decoders: DecoderPool
    /// The series of the parts so far.
    private var done: Set<String> = []

    /// - Parameter manifest: of the classifier's model.
    init(_ classifier: ImageClassifier, _ manifest: VolumeManifest) throws(ImagingError) {
        self.classifier = classifier
        self.manifest = manifest
        decoders = try FileDecoders.pool()
    }

    /// The slices of one series, named by the first file.
    private struct Series {
        let file: String
        let identifier: String?
        var slices: [CTSlice]
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
                    path: file, maximumBytes: InferenceSession.bytesMax)
                let instance = try decoders.decode(input, wantsValues: true)
                let identifier = instance.seriesUID?.sensitiveValue
                if let known = all.firstIndex(where: { $0.identifier == identifier }) {
                    all[known].slices += CTSlice.all(of: instance)
                } else {
                    all.append(
                        Series(
                            file: file, identifier: identifier,
                            slices: CTSlice.all(of: instance)))
                }
            } catch {
                results.append(.init(file: file, outcome: .failure(error)))
            }
        }
        while !all.isEmpty {
            let series = all.removeFirst()
            let isNew = series.identifier.map { done.insert($0).inserted } ?? true
            let again = ImagingError.notAVolume("other slices of its series lie in another folder")
            results.append(
                .init(
                    file: series.file,
                    outcome: isNew ? try outcome(series) : .failure(again)))
        }
        return results
    }

    private func outcome(_ series: Series) throws -> InferenceSession.Result.Outcome {
        let volume: CTVolume
        do throws(ImagingError) {
            volume = try CTSeries.volume(series.slices)
        } catch { return .failure(error) }
        let tensor = manifest.tensor(of: volume)
        let isConstant = tensor.allSatisfy { $0 == tensor[0] }
        let results = try tensor.withUnsafeBufferPointer {
            try classifier.classify(images: $0, count: 1)
        }
        return .success(
            InferenceSession.FileReading(
                results, classifier, isUnit: false,
                flags: isConstant ? [RangeFlag.constantImage.rawValue] : []))
    }
}
