internal import Tokenizers

/// A small byte-level vocabulary for models that are not trained: the bytes, and the beginnings of
/// the words that chest prompts use.
enum UntrainedVocabulary {
    private static let words = [
        "a", "an", "the", "of", "and", "or", "no", "not", "with", "without", "is", "are", "there",
        "in", "on", "under", "chest", "x", "ray", "radiograph", "image", "photo", "scan", "study",
        "showing", "shows", "findings", "finding", "consistent", "evidence", "normal", "abnormal",
        "acute", "chronic", "small", "large", "mild", "moderate", "severe", "left", "right",
        "bilateral", "upper", "lower", "lobe", "lung", "lungs", "heart", "mass", "nodule", "air",
        "free", "diaphragm", "widened", "mediastinum", "pneumothorax", "pulmonary", "edema",
        "consolidation", "pleural", "effusion", "rib", "fracture", "atelectasis", "cardiomegaly",
        "pneumonia", "opacity", "fluid", "tube", "catheter", "brain", "hemorrhage", "ct", "mr",
    ]

    /// Tokens of the vocabulary, the two special ones last.
    static let size = make().ids.count

    /// The tables; the same each time.
    static func make() -> BytePairVocabulary {
        var merges: [BytePairVocabulary.Pair] = []
        var seen: Set<String> = []
        for word in words {
            let letters = word.map { String($0) }
            var start = ""
            for (index, letter) in letters.enumerated() {
                let isLast = index == letters.count - 1
                let next = isLast ? letter + "</w>" : letter
                if !start.isEmpty, seen.insert("\(start) \(next)").inserted,
                    seen.insert(start + next).inserted
                {
                    merges.append(BytePairVocabulary.Pair(start, next))
                }
                start += letter
            }
        }
        return BytePairVocabulary(merges: merges)
    }
}
