import FoundationModel
import Imaging
import VigilCore

/// A model that explains itself, and a decoder for files that a person names.
struct ExplainSession {
    let explainer: Explainer
    let readout: LogitReadout
    let decoders: DecoderPool
    /// The frame that is explained; nil: the one that scores highest.
    let frame: Int?

    /// The part of all patches that the counterfactual goes without.
    static let partWithout = 0.1

    /// Decodes a file and explains the score of one of its frames.
    func explain(_ file: String) throws -> Explanation {
        let input = try InputRoots.openTrusted(
            path: file, maximumBytes: DecodeLimits().maximumBytes)
        let instance = try decoders.decode(input)
        let manifest = try explainer.imageManifest()
        let preprocessor = Preprocessor(manifest)
        let place = try place(instance, preprocessor)
        let (tensor, placement) = preprocessor.prepare(instance.frames[place])
        let evidence = try explainer.explain(tensor, [readout])[0]
        let strongest = evidence.strongest(Self.partWithout)
        return Explanation(
            file: file, instance: instance, frame: place, evidence: evidence,
            patchSize: explainer.patchSize, placement: placement,
            regions: evidence.regions(patchSize: explainer.patchSize, placement: placement),
            without: try explainer.score(tensor, without: strongest, readout),
            removed: strongest.count,
            flags: RangeCheck(manifest).flags(
                of: instance.frames[place], modality: instance.modality
            ).map(\.rawValue)
                + instance.flags + evidence.abstentions)
    }

    /// The frame that was named, or the first of those that score highest.
    private func place(
        _ instance: DecodedInstance, _ preprocessor: Preprocessor
    ) throws -> Int {
        if let frame {
            guard frame < instance.frames.count else {
                throw VigilCommandError.noFrame(frame, of: instance.frames.count)
            }
            return frame
        }
        var best: (place: Int, logit: Float)?
        for place in instance.frames.indices where instance.frames.count > 1 {
            let tensor = preprocessor.tensor(of: instance.frames[place])
            let logit = try explainer.score(tensor, without: [], readout).logit
            if logit > best?.logit ?? -.infinity { best = (place, logit) }
        }
        return best?.place ?? 0
    }
}
