internal import VigilCore

extension Finding.Calibrated {
    /// Adds `calibration`, `calibrated_probability` and `guarantee` to a result's members.
    func write(into object: inout JSONObject) {
        object.set("calibrated_probability", probability)
        var used = JSONObject()
        used.set("digest", safe: digest)
        used.set("stratum", text: stratum)
        object.set("calibration", .object(used))
        if let guarantee { object.set("guarantee", .object(guarantee.members(stratum))) }
    }

    /// Reads them; nil where no calibration was asked.
    static func read(_ reader: MemberReader) throws(WireError) -> Finding.Calibrated? {
        try reader.member("calibration") { used throws(WireError) in
            Finding.Calibrated(
                digest: try used.required("digest", Member.digest),
                stratum: try used.optional("stratum", Member.string),
                probability: try reader.optional("calibrated_probability", Member.share),
                guarantee: try reader.member("guarantee", Finding.Guarantee.init(reader:)))
        }
    }
}

extension Finding.Guarantee {
    fileprivate func members(_ stratum: String?) -> JSONObject {
        var object = JSONObject()
        object.set("risk", text: risk.rawValue)
        object.set("alpha", alpha)
        object.set("delta", delta)
        object.set("n", count)
        object.set("scope", text: isJoint ? "joint" : "finding")
        object.set("stratum", text: stratum)
        object.set("abstention_rate", abstentionRate)
        object.set("coverage_floor", coverageFloor)
        return object
    }

    fileprivate init(reader: MemberReader) throws(WireError) {
        self.init(
            risk: try reader.required("risk") { $0.stringValue.flatMap(Risk.init) },
            alpha: try reader.required("alpha", Member.share),
            delta: try reader.required("delta", Member.share),
            count: try reader.required("n", Member.count),
            isJoint: try reader.required("scope") {
                ["joint": true, "finding": false][$0.stringValue ?? ""]
            },
            abstentionRate: try reader.required("abstention_rate", Member.share),
            coverageFloor: try reader.required("coverage_floor", Member.share))
    }
}
