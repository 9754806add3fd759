/// What a study will have when it is whole, as far as its events say.
package struct StudyExpectation: Sendable, Hashable {
    /// How many series, as FHIR's `ImagingStudy.numberOfSeries`.
    package var series: Int?
    /// How many instances, as FHIR's `ImagingStudy.numberOfInstances`.
    package var instances: Int?
    /// Series that must be there.
    package var required: Set<DicomUID>

    package init(series: Int? = nil, instances: Int? = nil, required: Set<DicomUID> = []) {
        self.series = series
        self.instances = instances
        self.required = required
    }

    /// What both together ask for: a study may grow while it is sent.
    package mutating func add(_ other: StudyExpectation) {
        series = [series, other.series].compactMap { $0 }.max()
        instances = [instances, other.instances].compactMap { $0 }.max()
        required.formUnion(other.required)
    }
}
