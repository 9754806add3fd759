/// The settings of what is known of patients, by their types.
extension Settings {
    /// The topic of what is known of patients; nil: nothing is asked of them.
    package var contextTopic: String? { given(.contextTopic) }
    /// The file of the weights of what is known; nil when not given.
    package var contextWeights: String? { given(.contextWeights) }
    /// Whether findings tell the values that they were raised by.
    package var contextValuesInRecords: Bool { bool(.contextValuesInRecords) }
    /// For how long findings are revised for what becomes known; nil: they are not.
    package var contextReviseFor: Duration? {
        let hours = integer(.contextReviseHours)
        return hours > 0 && contextTopic != nil ? .seconds(3600 * hours) : nil
    }
    /// Bytes of findings that may be revised.
    package var contextReviseMaxBytes: Int { integer(.contextReviseMax) << 20 }
    /// Of how many patients earlier studies are kept; nil: they are not asked for.
    package var contextPriorsMax: Int? {
        let count = integer(.contextPriorsMax)
        return count > 0 ? count : nil
    }
    /// The standard deviation of a finding's log-odds in an unchanged patient; nil: not known.
    package var contextPriorSpread: Double? { positive(.contextPriorSpread) }
}
