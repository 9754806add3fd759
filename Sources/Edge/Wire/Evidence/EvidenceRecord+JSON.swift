package import VigilCore

extension EvidenceRecord {
    /// The whole record as it goes to Kafka.
    package var json: JSONValue {
        var object = JSONObject()
        object.set("finding_id", safe: findingID)
        object.set("record_digest", safe: record)
        var study = JSONObject()
        study.set("pseudonym", safe: self.study)
        study.set("key_id", text: keyID)
        object.set("study", members: study)
        object.set("maps", list: maps.map(\.json))
        return .object(object)
    }

    init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "the record")
        let study = try reader.requiredMember("study")
        self.init(
            findingID: try reader.required("finding_id", Member.uuid),
            record: try reader.required("record_digest", Member.digest),
            study: try study.required("pseudonym", Member.pseudonym),
            keyID: try study.optional("key_id", Member.word),
            maps: try reader.elements("maps", Finding.ResultMap.init(reader:)))
        guard !maps.isEmpty else { throw .badRecord("maps is missing or empty") }
    }
}

extension Finding.ResultMap {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object.set("code", text: code)
        object.set("head", text: head)
        for member in image.members.members { _ = object.appendIfNew(member.name, member.value) }
        object.set("grid", members: map.grid.members)
        object.set("step", map.step)
        object.set("values", text: Base64.encode(map.bytes))
        object.set("map_digest", safe: map.digest)
        return .object(object)
    }

    /// - Throws: where values, grid and digest do not fit each other.
    fileprivate init(reader: MemberReader) throws(WireError) {
        let grid = try EvidenceGrid(reader: try reader.requiredMember("grid"))
        let step = try reader.required("step") {
            $0.doubleValue.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        }
        let bytes = try reader.required("values") { $0.stringValue.flatMap(Base64.decode) }
        guard bytes.count == 2 * grid.count else {
            throw .badRecord("values are not as many as the grid's patches")
        }
        let map = EvidenceMap(
            grid: grid, step: step,
            values: (0..<grid.count).map {
                Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8)
            })
        guard try reader.required("map_digest", Member.digest) == map.digest else {
            throw .badRecord("map_digest is not that of the map")
        }
        self.init(
            code: try reader.required("code", Member.string),
            head: try reader.optional("head", Member.string),
            image: try Finding.Evidence(reader: reader), map: map)
    }
}
