internal import VigilCore

extension CarbonRecord {
    /// As it stands in records.
    var members: JSONObject {
        var object = JSONObject()
        object.set("grams", grams)
        object.set("low_grams", low)
        object.set("high_grams", high)
        object.set("embodied_grams", embodied)
        object.set("sci_grams", sci)
        object.set("intensity_g_per_kwh", intensity)
        object.set("intensity_source", text: source)
        object.set("intensity_age_s", seconds: age)
        object.set("intensity_stale", isStale)
        if !zone.isEmpty { object.set("zone", text: zone) }
        object.set("pue", effectiveness)
        object.set("water_litres", waterLitres)
        return object
    }

    init(reader: MemberReader) throws(WireError) {
        self.init(
            grams: try reader.required("grams", Member.double),
            low: try reader.required("low_grams", Member.double),
            high: try reader.required("high_grams", Member.double),
            embodied: try reader.required("embodied_grams", Member.double),
            sci: try reader.optional("sci_grams", Member.double),
            intensity: try reader.required("intensity_g_per_kwh", Member.double),
            source: try reader.required("intensity_source", Member.string),
            age: try reader.optional("intensity_age_s", Member.seconds),
            isStale: try reader.required("intensity_stale", Member.bool),
            zone: try reader.optional("zone", Member.string) ?? "",
            effectiveness: try reader.required("pue", Member.double),
            waterLitres: try reader.required("water_litres", Member.double))
    }
}
