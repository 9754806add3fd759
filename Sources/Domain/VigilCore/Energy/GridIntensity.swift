/// How much carbon a kilowatt hour from the grid stands for, from a moment on.
package struct GridIntensity: Sendable, Hashable {
    /// From when on.
    package let time: Timestamp
    /// Grams of CO2 equivalent a kilowatt hour.
    package let grams: Double

    package init(time: Timestamp, grams: Double) {
        self.time = time
        self.grams = grams
    }

    /// What a grid can have: more than the dirtiest lignite plant's is a mistake.
    package static let plausible = 0.0...2000.0
}

/// The grid's intensity over time, as a feed or a file tells it.
package struct IntensitySeries: Sendable, Hashable {
    /// In the order of time, no time twice; at least one.
    package let points: [GridIntensity]

    /// Sorts points; of two with one time the later one stands. Nil without any.
    package init?(_ points: [GridIntensity]) {
        var kept: [GridIntensity] = []
        let order = points.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        for (_, point) in order {
            if kept.last?.time == point.time { kept.removeLast() }
            kept.append(point)
        }
        guard !kept.isEmpty else { return nil }
        self.points = kept
    }

    /// Reads the shapes that are in use: Carbon Aware SDK's emissions
    /// (`[{"location","time","rating"}]`) and forecasts
    /// (`[{"forecastData":[{"timestamp","value"}]}]`), Electricity Maps' latest
    /// (`{"carbonIntensity","datetime"}`), `history` and `forecast`.
    ///
    /// - Returns: nil when there is no point, or one that no grid can have: such a source is not
    ///   to be believed at all.
    package init?(json: JSONValue) {
        var points: [GridIntensity] = []
        guard Self.collect(json, into: &points) else { return nil }
        self.init(points)
    }

    /// The point in force at a moment: the last that began by then, or the first of all.
    package func point(at now: Timestamp) -> GridIntensity {
        var (low, high) = (0, points.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if points[middle].time <= now { low = middle } else { high = middle }
        }
        return points[low]
    }

    private static let lists = ["forecastData", "forecast", "history", "emissionsData"]

    private static func collect(_ value: JSONValue, into points: inout [GridIntensity]) -> Bool {
        if let elements = value.arrayValue {
            return elements.allSatisfy { collect($0, into: &points) }
        }
        if let list = lists.lazy.compactMap({ value[$0] }).first {
            return collect(list, into: &points)
        }
        let time = ["time", "timestamp", "datetime"].lazy.compactMap { value[$0]?.stringValue }
        let grams = ["rating", "value", "carbonIntensity"].lazy.compactMap {
            value[$0]?.doubleValue
        }
        guard let time = time.first.flatMap({ Timestamp(rfc3339: $0) }), let grams = grams.first,
            GridIntensity.plausible.contains(grams)
        else { return false }
        points.append(GridIntensity(time: time, grams: grams))
        return true
    }
}
