/// A draft report on one finding record, every sentence of which says by members what it says by
/// words. It names its study by pseudonym alone.
///
/// - Parameter Text: see ``ReportSentence``.
package struct ReportDraft<Text: Sendable & Hashable>: Sendable, Hashable {
    /// One with this draft's kind of text.
    package typealias Sentence = ReportSentence<Text>

    /// The finding record that it is a draft of.
    package struct Subject: Sendable, Hashable {
        package let findingID: UUIDv5
        /// The `record_digest` of it.
        package let record: Digest
        package let study: Pseudonym
        /// Names the key of ``study``; nil: the worker has but one.
        package let keyID: String?

        package init(findingID: UUIDv5, record: Digest, study: Pseudonym, keyID: String?) {
            self.findingID = findingID
            self.record = record
            self.study = study
            self.keyID = keyID
        }
    }

    /// The file that the sentences were made by.
    package struct Language: Sendable, Hashable {
        /// A tag of BCP 47, such as `en`.
        package let tag: String
        /// The file's own version.
        package let version: String
        package let digest: Digest

        package init(tag: String, version: String, digest: Digest) {
            self.tag = tag
            self.version = version
            self.digest = digest
        }
    }

    /// What is said of one region.
    package struct Region: Sendable, Hashable {
        package let region: ReportRegion
        package let title: Text
        package let sentences: [Sentence]

        package init(region: ReportRegion, title: Text, sentences: [Sentence]) {
            self.region = region
            self.title = title
            self.sentences = sentences
        }
    }

    /// The parts of a report.
    package struct Body: Sendable, Hashable {
        package var technique: [Sentence] = []
        package var comparison: [Sentence] = []
        package var findings: [Region] = []
        package var impression: [Sentence] = []

        package init() {}
    }

    /// What it is a draft of, and by which file it was written.
    package let subject: Subject
    package let language: Language
    /// Nil of a study that nothing can be drafted of.
    package let body: Body?
    /// What is said in place of a draft; there where there is no ``body``.
    package let notice: Sentence?
    /// SHA-256 of the site's own generator, which chose the sentences; nil: the templates did.
    package let generator: Digest?
    /// How many sentences the gate has dropped, by why.
    package let dropped: [SentenceRefusal: Int]

    /// A draft.
    package init(
        _ subject: Subject, _ language: Language, body: Body, generator: Digest? = nil,
        dropped: [SentenceRefusal: Int] = [:]
    ) {
        self.init(subject, language, body, nil, generator, dropped)
    }

    /// No draft, and the one sentence that says why.
    package init(_ subject: Subject, _ language: Language, notice: Sentence) {
        self.init(subject, language, nil, notice, nil, [:])
    }

    private init(
        _ subject: Subject, _ language: Language, _ body: Body?, _ notice: Sentence?,
        _ generator: Digest?, _ dropped: [SentenceRefusal: Int]
    ) {
        self.subject = subject
        self.language = language
        self.body = body
        self.notice = notice
        self.generator = generator
        self.dropped = dropped
    }
}
