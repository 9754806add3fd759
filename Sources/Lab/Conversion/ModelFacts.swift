/// What a person states of a model; it goes into `vigil.json` as it is.
package struct ModelFacts: Sendable, Hashable {
    /// The model's name; nil: the folder's.
    package var name: String?
    package var licence: String?
    /// Where the weights come from.
    package var source: String?
    package var intendedUse: String?
    package var trainedOn: String?

    /// Nothing is stated.
    package init() {}
}
