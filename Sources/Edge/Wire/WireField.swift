internal import VigilCore

/// A field of a message by its name in the schemas; a fixed list, so that errors can name it.
package enum WireField: String, SafeToLog, Hashable, CaseIterable {
    case specVersion = "specversion"
    case id
    case source
    case type
    case dataSchema = "dataschema"
    case contentType = "content-type"
    case data
    case study
    case studyUID = "study.uid"
    case priority
    case instances
    case instance = "instances[]"
    case instanceURI = "instances[].uri"
    case instanceSeries = "instances[].series"
    case expected
    case expectedSeries = "expected.series"
    case expectedInstances = "expected.instances"
    case expectedRequired = "expected.required"
    case withdrawnSeries = "series"
    case change
    case reason
    case recall
    /// The message as a whole.
    case record
}
