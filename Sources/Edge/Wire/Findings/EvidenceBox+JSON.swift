internal import VigilCore

extension EvidenceBox {
    /// Columns before rows, as DICOM has them.
    var json: JSONValue {
        var object = image.members
        object.set("last", (last?.members).map { .object($0) })
        object.set("matrix", members: matrix.members)
        object.set("column", corner.columns)
        object.set("row", corner.rows)
        object.set("columns", size.columns)
        object.set("rows", size.rows)
        object.set("share", share)
        return .object(object)
    }

    /// Reads one back.
    /// - Throws: where it is empty or reaches out of its image.
    static func read(_ reader: MemberReader) throws(WireError) -> EvidenceBox {
        let matrix = try reader.requiredMember("matrix")
        let box = EvidenceBox(
            image: try Finding.Evidence(reader: reader),
            last: try reader.member("last", Finding.Evidence.init(reader:)),
            matrix: Size(
                columns: try matrix.required("columns", Member.count),
                rows: try matrix.required("rows", Member.count)),
            corner: Size(
                columns: try reader.required("column", Member.count),
                rows: try reader.required("row", Member.count)),
            size: Size(
                columns: try reader.required("columns", Member.count),
                rows: try reader.required("rows", Member.count)),
            share: try reader.required("share", Member.double))
        guard let box else { throw .badRecord("box lies outside of its image") }
        return box
    }
}

extension EvidenceBox.Size {
    fileprivate var members: JSONObject {
        var object = JSONObject()
        object.set("columns", columns)
        object.set("rows", rows)
        return object
    }
}

extension Finding.Evidence {
    /// Which image of the study it is.
    var members: JSONObject {
        var object = JSONObject()
        object.set("instance", instance)
        object.set("frame", frame)
        if isSeries { object.set("series", true) }
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            instance: try reader.required("instance", Member.count),
            frame: try reader.required("frame", Member.count),
            isSeries: try reader.optional("series", Member.bool) ?? false)
    }
}
