package import VigilCore

/// What came of asking a site's own generator about a study.
package enum GeneratorOffer: Sendable {
    case answer(GeneratorSentences)
    /// There are no sentences, and the finding goes out without a draft.
    case fault(GeneratorFault)
}

/// The sentences that a draft is to be made of.
package struct GeneratorSentences: Sendable {
    /// SHA-256 of the generator's file.
    package let generator: Digest
    let sentences: [OfferedSentence]
    /// Those that were dropped before.
    let dropped: [SentenceRefusal: Int]

    /// As a generator gave them.
    package init(_ answer: GeneratorAnswer, of generator: Digest) {
        self.generator = generator
        sentences = answer.sentences
        dropped = answer.malformed > 0 ? [.malformed: answer.malformed] : [:]
    }

    /// Those that a draft has recorded, to go through the gate again; nil of a draft that the
    /// templates wrote. What was dropped is not in it but for its number.
    package init?(recorded draft: ReportDraft<String>) {
        guard let generator = draft.generator, let body = draft.body else { return nil }
        self.generator = generator
        dropped = draft.dropped
        let told =
            body.technique + body.comparison + body.findings.flatMap(\.sentences)
            // What is flagged stands above as well.
            + body.impression.filter { $0.codes.isEmpty }
        sentences = told.filter(\.isOffered).map { sentence in
            OfferedSentence(
                text: sentence.text, codes: sentence.codes, polarity: sentence.polarity,
                side: sentence.side, box: sentence.box, sources: sentence.sources)
        }
    }
}

/// What a generator said that may go out: each thing once, in its order.
struct OfferedClaims {
    private(set) var claims: [ReportClaim] = []
    private(set) var dropped: [SentenceRefusal: Int]
    let generator: Digest

    init(_ offered: GeneratorSentences, _ gate: ReportGate) {
        generator = offered.generator
        dropped = offered.dropped
        var said: Set<ReportClaim> = []
        for sentence in offered.sentences {
            do throws(SentenceRefusal) {
                let claim = try gate.claim(of: sentence)
                guard said.insert(claim).inserted else { throw .repeated }
                claims.append(claim)
            } catch {
                dropped[error, default: 0] += 1
            }
        }
    }
}
