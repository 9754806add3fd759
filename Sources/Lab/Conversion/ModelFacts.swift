package import VigilCore

/// What a person states of a model; it goes into `vigil.json` as it is.
package struct ModelFacts: Sendable, Hashable {
    /// The model's name; nil: the folder's.
    package var name: String?
    package var licence: String?
    /// Where the weights come from.
    package var source: String?
    package var intendedUse: String?
    package var trainedOn: String?
    /// What it may be shown; nil: what is known of the checkpoint's family, if anything.
    package var intendedInput: IntendedInput?

    /// Nothing is stated.
    package init() {}
}
