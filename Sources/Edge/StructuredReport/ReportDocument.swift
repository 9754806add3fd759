internal import CDicomReports
internal import Glibc

/// A document that DCMTK writes.
struct ReportDocument: ~Copyable {
    private let handle: OpaquePointer

    init() throws(StructuredReportError) {
        guard let handle = vigil_report_new() else { throw .outOfMemory }
        self.handle = handle
    }

    deinit { vigil_report_free(handle) }

    func set(_ field: vigil_report_field, _ value: String) throws(StructuredReportError) {
        try check(vigil_report_set(handle, Int32(field.rawValue), value))
    }

    func addEvidence(
        series: String, sopClass: String, instance: String
    ) throws(StructuredReportError) {
        try check(vigil_report_add_evidence(handle, series, sopClass, instance))
    }

    func setPredecessor(_ instance: String) throws(StructuredReportError) {
        try check(vigil_report_set_predecessor(handle, instance))
    }

    /// Adds an item and all below it.
    func add(_ item: ContentItem, depth: Int = 0) throws(StructuredReportError) {
        let concept = item.concept ?? CodedConcept("", "", "")
        try check(
            vigil_report_add(
                handle, Int32(depth), Int32(item.relationship.number.rawValue),
                Int32(item.value.type.rawValue), concept.value, concept.scheme, concept.meaning))
        try set(item.value)
        for child in item.children { try add(child, depth: depth + 1) }
    }

    private func set(_ value: ContentItem.Value) throws(StructuredReportError) {
        switch value {
        case .container(let template):
            if let template { try check(vigil_report_set_template(handle, template)) }
        case .code(let code): try setCode(code)
        case .text(let text), .uid(let text): try check(vigil_report_set_text(handle, text))
        case .number(let number, let decimal):
            try check(vigil_report_set_number(handle, decimal, number))
            try setCode(ReportConcepts.noUnits)
        case .image(let image):
            try check(
                vigil_report_set_image(
                    handle, image.sopClassUID, image.instanceUID, Int32(image.frame ?? 0)))
        case .polyline(let points):
            try check(vigil_report_set_points(handle, points, points.count))
        }
    }

    private func setCode(_ code: CodedConcept) throws(StructuredReportError) {
        try check(vigil_report_set_code(handle, code.value, code.scheme, code.meaning))
    }

    /// The document as a file.
    func write() throws(StructuredReportError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        try check(vigil_report_write(handle, &bytes, &count))
        defer { free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    private func check(_ status: Int32) throws(StructuredReportError) {
        switch UInt32(bitPattern: status) {
        case VIGIL_REPORT_OK.rawValue: return
        case VIGIL_REPORT_NO_DICTIONARY.rawValue: throw .noDictionary
        case VIGIL_REPORT_OUT_OF_MEMORY.rawValue: throw .outOfMemory
        default: throw .refused
        }
    }
}

extension ContentItem.Relationship {
    fileprivate var number: vigil_relationship {
        switch self {
        case .root: VIGIL_ROOT
        case .contains: VIGIL_CONTAINS
        case .observationContext: VIGIL_OBSERVATION_CONTEXT
        case .acquisitionContext: VIGIL_ACQUISITION_CONTEXT
        case .conceptModifier: VIGIL_CONCEPT_MODIFIER
        case .inferredFrom: VIGIL_INFERRED_FROM
        case .selectedFrom: VIGIL_SELECTED_FROM
        }
    }
}

extension ContentItem.Value {
    fileprivate var type: vigil_value_type {
        switch self {
        case .container: VIGIL_CONTAINER
        case .code: VIGIL_CODE
        case .text: VIGIL_TEXT
        case .uid: VIGIL_UID
        case .number: VIGIL_NUMBER
        case .image: VIGIL_IMAGE
        case .polyline: VIGIL_POLYLINE
        }
    }
}
