internal import VigilCore

/// Collects what resources of FHIR R4 say of one patient. What is not understood is counted by its
/// reason; words and names are never kept.
struct FHIRReader {
    private static let entriesMax = 1000
    private static let componentsMax = 64
    private static let codingsMax = 32

    private let patient: Pseudonym
    private let keyID: String
    private(set) var statements: [ContextStatement] = []
    private(set) var refused: [ContextRefusal] = []
    /// Whether a resource names another patient than the record's key.
    private(set) var isOfAnother = false

    init(patient: Pseudonym, keyID: String) {
        self.patient = patient
        self.keyID = keyID
    }

    /// Reads a resource. One that stands alone goes by the identifier of the record's key; those of
    /// a bundle go by their own.
    mutating func read(_ resource: JSONValue) {
        guard resource["resourceType"]?.stringValue == "Bundle" else {
            return read(resource, id: keyID)
        }
        let entries = resource["entry"]?.arrayValue ?? []
        for entry in entries.prefix(Self.entriesMax) {
            guard let inner = entry["resource"] else {
                refused.append(.malformed)
                continue
            }
            let id = inner["id"]?.stringValue
            read(inner, id: id.flatMap { (1...128).contains($0.utf8.count) ? $0 : nil })
        }
        if entries.count > Self.entriesMax { refused.append(.tooLarge) }
    }

    private mutating func read(_ resource: JSONValue, id: String?) {
        // A patient that a pseudonym names must be the key's; other names cannot be compared.
        let named = resource["subject"]?["identifier"]?["value"]?.stringValue
        if let named = named.flatMap({ Pseudonym(hex: $0) }), named != patient {
            isOfAnother = true
        }
        let type = resource["resourceType"]?.stringValue
        guard ["Observation", "Condition", "ServiceRequest"].contains(type) else {
            return refused.append(.otherResource)
        }
        guard let id else { return refused.append(.noIdentifier) }
        switch type {
        case "Observation": observation(resource, id)
        case "Condition": condition(resource, id)
        default: request(resource, id)
        }
    }

    private mutating func observation(_ resource: JSONValue, _ id: String) {
        guard let word = resource["status"]?.stringValue,
            let status = ObservationStatus(rawValue: word)
        else { return refused.append(.unknownStatus) }
        let components = resource["component"]?.arrayValue ?? []
        let whole = ContextStatement(
            kind: .observation, id: id, codings: Self.codings(resource["code"]),
            quantity: Self.quantity(resource), effective: Self.effective(resource),
            issued: Self.time(resource["issued"]), status: status)
        // A panel, such as a blood pressure, has its values in its components alone.
        if components.isEmpty || whole.quantity != nil { statements.append(whole) }
        for (index, component) in components.prefix(Self.componentsMax).enumerated() {
            statements.append(
                ContextStatement(
                    kind: .observation, id: "\(id)#\(index)", resource: id,
                    codings: Self.codings(component["code"]),
                    quantity: Self.quantity(component), effective: whole.effective,
                    issued: whole.issued, status: status))
        }
        if components.count > Self.componentsMax { refused.append(.tooLarge) }
    }

    private mutating func condition(_ resource: JSONValue, _ id: String) {
        let clinical = Self.word(resource["clinicalStatus"])
        let verification = Self.word(resource["verificationStatus"])
        let isWrong = verification == "entered-in-error"
        let isActive =
            clinical.map { ["active", "recurrence", "relapse"].contains($0) } ?? true
        guard isWrong || (isActive && verification != "refuted") else {
            return refused.append(.notActive)
        }
        presence(
            resource["code"], id, of: id, Self.time(resource["recordedDate"]),
            isWrong ? .enteredInError : .final)
    }

    private mutating func request(_ resource: JSONValue, _ id: String) {
        let status = resource["status"]?.stringValue
        if status == "entered-in-error" || status == "revoked" {
            return presence(nil, id, of: id, nil, .enteredInError)
        }
        for (index, reason) in (resource["reasonCode"]?.arrayValue ?? [])
            .prefix(Self.componentsMax).enumerated()
        {
            presence(
                reason, "\(id)#\(index)", of: id, Self.time(resource["authoredOn"]), .final)
        }
    }

    private mutating func presence(
        _ concept: JSONValue?, _ id: String, of resource: String, _ time: Timestamp?,
        _ status: ObservationStatus
    ) {
        statements.append(
            ContextStatement(
                kind: .presence, id: id, resource: resource, codings: Self.codings(concept),
                quantity: nil, effective: time, issued: nil, status: status))
    }

    private static func codings(_ concept: JSONValue?) -> [ContextStatement.Coding] {
        (concept?["coding"]?.arrayValue ?? []).prefix(codingsMax).compactMap { coding in
            guard let system = coding["system"]?.stringValue,
                let code = coding["code"]?.stringValue, code.utf8.count <= 64
            else { return nil }
            return ContextStatement.Coding(system: system, code: code)
        }
    }

    /// The code of a status that is a concept.
    private static func word(_ concept: JSONValue?) -> String? {
        concept?["coding"]?.arrayValue?.first?["code"]?.stringValue
    }

    /// A number with a bound (`<`, `>`) counts as the bound. UCUM's code goes before the unit that
    /// people read.
    private static func quantity(_ resource: JSONValue) -> ContextStatement.Quantity? {
        guard let quantity = resource["valueQuantity"], let value = quantity["value"]?.doubleValue
        else { return nil }
        let isUCUM = quantity["system"]?.stringValue == "http://unitsofmeasure.org"
        let code = isUCUM ? quantity["code"]?.stringValue : nil
        let unit = code ?? quantity["unit"]?.stringValue ?? ""
        guard unit.utf8.count <= 64 else { return nil }
        return ContextStatement.Quantity(value: value, unit: unit)
    }

    private static func effective(_ resource: JSONValue) -> Timestamp? {
        time(resource["effectiveDateTime"]) ?? time(resource["effectiveInstant"])
            ?? time(resource["effectivePeriod"]?["end"])
            ?? time(resource["effectivePeriod"]?["start"])
    }

    /// A day alone is no time: windows are hours.
    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }
}
