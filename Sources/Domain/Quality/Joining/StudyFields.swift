package import VigilCore

/// What a site says of its studies itself, such as the patient's sex, the band of the age or the
/// scanner's maker, none of which a finding's record tells. Kept are a number a study and each
/// combination of values once.
package struct StudyFields: Sendable {
    /// More names than these, or longer texts, are a mistake.
    package static let namesMax = 32
    /// In bytes, of names and of values.
    package static let textMax = 64

    /// The fields that some study has.
    package private(set) var names: Set<String> = []
    private var combinations = Interned<[String: String]>()
    private var numbers: [Pseudonym: Int32] = [:]

    package init() {}

    /// Says what a study is; what is said later of the same study counts.
    ///
    /// - Returns: whether the names and texts are within bounds; nothing is taken in else.
    package mutating func set(_ values: [String: String], of study: Pseudonym) -> Bool {
        let texts = values.flatMap { [$0.key, $0.value] }
        guard texts.allSatisfy({ (1...Self.textMax).contains($0.utf8.count) }) else { return false }
        let all = names.union(values.keys)
        guard all.count <= Self.namesMax else { return false }
        names = all
        numbers[study] = combinations.number(of: values)
        return true
    }

    /// The number of what is said of a study.
    func number(of study: Pseudonym) -> Int32? { numbers[study] }

    /// A value of what has this number.
    func value(of name: String, in number: Int32) -> String? { combinations[number][name] }
}
