/// A code of a terminology, by the URI that FHIR names it with.
package struct Coding: Sendable, Hashable {
    package let system: String
    package let code: String
    package let display: String

    package init(system: String, code: String, display: String) {
        self.system = system
        self.code = code
        self.display = display
    }

    /// What HL7 version 2 calls the terminology (table 0396); `L` is a local one.
    package var tableName: String {
        switch system {
        case "http://snomed.info/sct": "SCT"
        case "http://loinc.org": "LN"
        case "http://radlex.org": "RADLEX"
        case "http://dicom.nema.org/resources/ontology/DCM": "DCM"
        case "http://unitsofmeasure.org": "UCUM"
        default: "L"
        }
    }
}
