package import VigilCore

extension Finding.Explained {
    /// Adds what is told of an image's parts to the members of a result's `evidence`.
    func write(into object: inout JSONObject) {
        switch self {
        case .untold(let reason): object.set("untold", safe: reason)
        case .told(let attribution):
            object.set("boxes", .array(attribution.boxes.map(\.json)))
            object.set("patches", attribution.patches)
            object.set("terms", .array(attribution.terms.map(\.json)))
            object.set("layers", attribution.layers)
            object.set("grid", members: attribution.grid.members)
            object.set("map_digest", safe: attribution.map)
        }
    }

    /// Reads it; nil where nothing is told.
    ///
    /// - Parameters:
    ///   - reader: of a result's `evidence`.
    ///   - logit: the result's.
    static func read(
        _ reader: MemberReader, logit: Float?
    ) throws(WireError) -> Finding.Explained? {
        let reason = try reader.optional("untold") {
            $0.stringValue.flatMap { Finding.NoEvidence(rawValue: $0) }
        }
        guard let map = try reader.optional("map_digest", Member.digest) else {
            return reason.map { .untold($0) }
        }
        guard reason == nil else { throw .badRecord("untold stands beside evidence") }
        let attribution = Finding.Attribution(
            boxes: try reader.elements("boxes", EvidenceBox.read),
            patches: try reader.required("patches", Member.double),
            terms: try reader.elements("terms", Finding.Attribution.Term.init(reader:)),
            layers: try reader.required("layers", Member.count),
            grid: try EvidenceGrid(reader: try reader.requiredMember("grid")), map: map)
        guard attribution.boxes.count <= Finding.Attribution.boxesMax else {
            throw .badRecord("boxes are more than a record has")
        }
        guard let logit, attribution.addsUp(to: Double(logit)) else {
            throw .badRecord("patches and terms do not add up to logit_difference")
        }
        return .told(attribution)
    }
}

extension Finding.Attribution.Term {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("term", safe: kind)
        object.set("share", share)
        return .object(object)
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            kind: try reader.required("term") {
                $0.stringValue.flatMap { EvidenceTerm(rawValue: $0) }
            }, share: try reader.required("share", Member.double))
    }
}

extension EvidenceGrid {
    /// Rows and columns; slabs of a volume alone.
    var members: JSONObject {
        var object = JSONObject()
        if slabs > 1 { object.set("slabs", slabs) }
        object.set("rows", rows)
        object.set("columns", columns)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        func side(_ value: JSONValue) -> Int? {
            Member.count(value).flatMap { (1...Self.sideMax).contains($0) ? $0 : nil }
        }
        self.init(
            slabs: try reader.optional("slabs", side) ?? 1,
            rows: try reader.required("rows", side),
            columns: try reader.required("columns", side))
        guard count <= Self.patchesMax else { throw .badRecord("grid has too many patches") }
    }
}

extension Finding {
    /// The digest of a record by its JSON (``digest(of:)``) without what it tells of evidence.
    package static func digest(ofUnexplained json: JSONValue) -> Digest {
        guard var object = json.objectValue, let results = object["findings"]?.arrayValue else {
            return digest(of: json)
        }
        object["findings"] = .array(
            results.map { result in
                guard var members = result.objectValue, var place = members["evidence"]?.objectValue
                else { return result }
                for name in ["untold", "boxes", "patches", "terms", "layers", "grid", "map_digest"]
                {
                    place[name] = nil
                }
                members["evidence"] = .object(place)
                return .object(members)
            })
        return digest(of: .object(object))
    }

    /// Refuses a box in an image that the record does not have.
    func checkBoxes() throws(WireError) {
        for case .told(let attribution)? in findings.map(\.explained) {
            let named = attribution.boxes.flatMap { [$0.image, $0.last ?? $0.image] }
            guard named.allSatisfy({ $0.instance < instances.count }) else {
                throw .badRecord("box lies in an instance that the record does not have")
            }
        }
    }
}
