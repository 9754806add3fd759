/// Whom a study is of, as its events say.
package enum StudyPatient: Sendable, Hashable {
    /// By a pseudonym, as the topic of context has it.
    case named(Pseudonym)
    /// They name something that is no pseudonym, or several patients.
    case unclear

    /// What two events say together. Whatever their order, the answer is the same.
    package static func joined(_ one: StudyPatient?, _ other: StudyPatient?) -> StudyPatient? {
        guard let one, let other else { return one ?? other }
        return one == other ? one : .unclear
    }
}
