/// Why the gate drops a sentence of a draft. A closed list, so that readers can count by it.
package enum SentenceRefusal: String, Sendable, Hashable, CaseIterable, SafeToLog {
    /// It is no object of the members that a sentence has, or one of them is not of its kind.
    case malformed
    /// Its text is empty or longer than a sentence may be, or it names more than it may.
    case outOfBounds = "out_of_bounds"
    /// It names no finding where its text speaks of one.
    case withoutFinding = "without_finding"
    case withoutPolarity = "without_polarity"
    /// It points at nothing: neither at a box nor at members of the record.
    case withoutEvidence = "without_evidence"
    /// It is no sentence of the language's file.
    case unreadable
    /// Its text says another thing than its members.
    case readsOtherwise = "reads_otherwise"
    /// The finding record does not say that.
    case unsupported
    /// It stands for another side than the record tells, or for one where that tells none.
    case wrongSide = "wrong_side"
    /// Its box is none of the record's, or lies outside the image.
    case wrongBox = "wrong_box"
    /// It points at members that do not say it.
    case wrongSources = "wrong_sources"
    /// The draft says it already.
    case repeated
}
