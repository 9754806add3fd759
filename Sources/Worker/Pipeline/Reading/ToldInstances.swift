internal import Imaging
internal import VigilCore

/// What a finding tells of the instances of its study, as far as they were read.
struct ToldInstances: Sendable {
    /// Of each that is shown to the model.
    var instances: [Finding.Instance] = []
    /// Where each of ``instances`` stands in the event.
    var positions: [Int] = []
    /// The view of each of ``instances``; nil where it is not known.
    var views: [String?] = []
    /// What made each of ``instances``; nil where it is not known.
    var scanners: [Scanner?] = []
    /// Of those that are not shown.
    var leftOut: [Finding.LeftOut] = []
    /// How many of those that are shown do not tell an attribute that the model asks for.
    var unknown: [HeaderAttribute: Int] = [:]
    /// Of ``instances``, those of which nothing is part of a volume.
    var dropped: [Int: LeftOutReason] = [:]

    /// What the study is, as calibrations tell studies apart: `view` and `modality`, each of all
    /// that is shown to the model, several joined by a plus; left out where one does not tell it.
    var traits: [String: String] {
        var traits: [String: String] = [:]
        traits["view"] = Self.joined(views)
        traits["modality"] = Self.joined(instances.map(\.modality))
        return traits
    }

    private static func joined(_ words: [String?]) -> String? {
        let known = words.compactMap { $0 }
        guard !known.isEmpty, known.count == words.count else { return nil }
        return Set(known).sorted().joined(separator: "+")
    }

    /// Marks instances.
    mutating func flag(_ instances: [Int], _ flag: String) {
        for index in instances { self.instances[index] = self.instances[index].flagged(flag) }
    }

    /// Takes instances of which nothing is part of a volume out of those that are shown to the
    /// model.
    ///
    /// - Returns: the new place of each that stays; empty when all do.
    mutating func drop() -> [Int: Int] {
        guard !dropped.isEmpty else { return [:] }
        for (index, reason) in dropped {
            leftOut.append(
                Finding.LeftOut(
                    reason, place: positions[index],
                    series: instances[index].series, sop: instances[index].sop))
        }
        let kept = instances.indices.filter { dropped[$0] == nil }
        instances = kept.map { instances[$0] }
        positions = kept.map { positions[$0] }
        views = kept.map { views[$0] }
        scanners = kept.map { scanners[$0] }
        return Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    }
}
