package import VigilCore

/// Why no draft can be made. At a worker's start it ends the start; later the finding goes out
/// without a draft.
package enum ReportError: VigilError, Hashable {
    /// The language's file cannot be read, or is no JSON.
    case templatesUnreadable(file: SafeText, reason: SafeText)
    /// A member of it breaks a rule.
    case badTemplates(file: SafeText, member: SafeText, reason: SafeText)
    /// The language has no name for findings that the model is asked for.
    case phraseMissing(codes: SafeText)
    /// The gate drops a sentence of the templates themselves.
    case ownSentence(SentenceRefusal)
    /// The draft has more bytes than a topic is sure to take.
    case tooLarge(Int)
    /// The program of `report.generator` cannot be used.
    case generatorUnusable(file: SafeText, reason: SafeText)
    /// The site's own generator gave no sentences.
    case generator(GeneratorFault)

    package var code: SafeText {
        switch self {
        case .templatesUnreadable: "report_templates_unreadable"
        case .badTemplates: "report_bad_templates"
        case .phraseMissing: "report_phrase_missing"
        case .ownSentence: "report_own_sentence"
        case .tooLarge: "report_too_large"
        case .generatorUnusable: "report_generator_unusable"
        case .generator(let fault): fault.code
        }
    }

    package var what: SafeText {
        switch self {
        case .templatesUnreadable(let file, let reason):
            "the file \(file) of report.templates cannot be read: \(reason)"
        case .badTemplates(let file, let member, let reason):
            "the file \(file) of report.templates: \(member) \(reason)"
        case .phraseMissing(let codes):
            "the file of report.templates has no name for findings that are asked for: \(codes)"
        case .ownSentence(let refusal):
            "the gate drops a sentence of the templates themselves (\(refusal))"
        case .tooLarge(let limit): "the draft has more than \(limit) bytes"
        case .generatorUnusable(let file, let reason):
            "the program \(file) of report.generator cannot be run: \(reason)"
        case .generator(let fault): fault.what
        }
    }

    package var remedy: SafeText {
        switch self {
        case .templatesUnreadable:
            "Let report.templates name a readable file of JSON in UTF-8, as those in Deploy/reports"
        case .badTemplates, .phraseMissing:
            "Write it as Deploy/reports/README.md shows, or take a file that is there"
        case .tooLarge:
            "Ask for fewer findings, or name them shorter; the finding went out without a draft"
        case .generatorUnusable:
            """
            Name a program that the user of decode.uid may run, and install vigil-generator-host \
            beside vigil
            """
        case .generator(let fault): fault.remedy
        case .ownSentence:
            "Tell those who maintain Vigil; the finding went out without a draft"
        }
    }

    package var disposition: Disposition { .shutDown(.config) }
}
