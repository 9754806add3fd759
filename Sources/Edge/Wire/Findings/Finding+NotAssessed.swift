internal import VigilCore

extension Finding.LeftOut {
    var members: JSONObject {
        var object = JSONObject()
        object.set("reason", safe: reason)
        object.set("place", place)
        object.set("series", safe: series)
        object.set("sop", safe: sop)
        object.set("modality", text: modality)
        object.set("sop_class", text: sopClass?.sensitiveValue)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            try reader.required("reason") {
                $0.stringValue.flatMap { Finding.LeftOut.Reason(rawValue: $0) }
            },
            place: try reader.optional("place", Member.count),
            series: try reader.optional("series", Member.pseudonym),
            sop: try reader.optional("sop", Member.pseudonym),
            modality: try reader.optional("modality", Member.string),
            sopClass: try reader.optional("sop_class", Member.uid))
    }
}
