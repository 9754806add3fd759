/// What a worker began with: what it is, and the digests of all that its answers hang on.
package struct AuditStart: Sendable, Hashable {
    /// How its predecessor under the same name ended.
    package enum Predecessor: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// There was none: the log begins here.
        case none
        case stopped
        /// Its log has no stop: it was killed, or lost its broker.
        case vanished
    }

    /// One thing that answers hang on.
    package enum Part: String, Sendable, Hashable, CaseIterable, SafeToLog {
        /// All settings in force, secrets left out.
        case settings
        case model
        case preprocessing
        /// The large model's stand-in of a cascade.
        case smallModel = "small_model"
        /// The triage table with the site's file.
        case policy
        case calibrations
        /// What may run at the site.
        case envelope
        case contextWeights = "context_weights"
        case templates
        /// Names the key of pseudonyms; says nothing of it.
        case pseudonymKey = "pseudonym_key"
    }

    /// Vigil's version.
    package let version: SafeText
    package let predecessor: Predecessor
    package let parts: [Part: Digest]

    package init(version: SafeText, predecessor: Predecessor, parts: [Part: Digest]) {
        self.version = version
        self.predecessor = predecessor
        self.parts = parts
    }
}
