/// What studies are told apart by.
package enum StudyGrouping: Sendable, Hashable {
    /// What findings' records tell.
    case trait(QualityTrait)
    /// What a site says of its studies in a file of its own, by the field's name.
    case field(String)

    /// As it is asked for.
    package var name: String {
        switch self {
        case .trait(let trait): trait.rawValue
        case .field(let name): name
        }
    }
}
