package import VigilCore

extension DriftMonitor {
    /// Its state, as it is kept; ``init(json:)`` reads it back to the last bit.
    package var json: JSONValue {
        [
            "drift_state": 1,
            "partitions": .array(
                partitions.sorted { $0.key < $1.key }.map { place, partition in
                    [
                        "topic": .string(place.topic),
                        "partition": .integer(Int64(place.partition)),
                        "offset": .integer(partition.offset),
                        "unfollowed": .integer(Int64(partition.unfollowed)),
                        "streams": .array(
                            partition.streams.sorted { DriftName.isBefore($0.key, $1.key) }.map {
                                .object($0.json.merging($1.json))
                            }),
                    ]
                }),
            "alarms": .array(
                alarms.sorted { DriftName.isBefore($0.key, $1.key) }.map {
                    .object($0.json.merging($1.json))
                }),
        ]
    }

    /// Reads a state; nil unless it is one, whole and within bounds.
    package init?(json: JSONValue) {
        guard json["drift_state"]?.intValue == 1, let places = json["partitions"]?.arrayValue,
            let raised = json["alarms"]?.arrayValue
        else { return nil }
        for one in places {
            guard let (place, partition) = Self.partition(one), partitions[place] == nil else {
                return nil
            }
            partitions[place] = partition
        }
        for one in raised {
            guard let name = DriftName(json: one), let alarm = DriftAlarm(json: one) else {
                return nil
            }
            alarms[name] = alarm
        }
    }

    private static func partition(_ json: JSONValue) -> (TopicPartition, Partition)? {
        guard let topic = json["topic"]?.stringValue,
            let number = json["partition"]?.intValue.flatMap({ Int32(exactly: $0) }),
            let offset = json["offset"]?.intValue, offset >= 0,
            let unfollowed = json["unfollowed"]?.intValue, unfollowed >= 0,
            let streams = json["streams"]?.arrayValue, streams.count <= streamsMax
        else { return nil }
        var partition = Partition(offset: Int64(offset), unfollowed: unfollowed)
        for one in streams {
            guard let name = DriftName(json: one), let stream = DriftStream(json: one) else {
                return nil
            }
            partition.streams[name] = stream
        }
        return (TopicPartition(topic: topic, partition: number), partition)
    }
}

extension JSONObject {
    /// Both objects' members, these first.
    fileprivate func merging(_ other: JSONObject) -> JSONObject {
        other.members.reduce(into: self) { $0[$1.name] = $1.value }
    }
}

extension DriftName {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["group"] = .string(group)
        object["quantity"] = .string(quantity.rawValue)
        object["finding"] = code.map { .string($0) }
        return object
    }

    fileprivate init?(json: JSONValue) {
        guard let group = json["group"]?.stringValue,
            let quantity = json["quantity"]?.stringValue.flatMap({ DriftQuantity(rawValue: $0) })
        else { return nil }
        self.init(group: group, quantity: quantity, code: json["finding"]?.stringValue)
    }
}

extension DriftStream {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["classes"] = .array(ranks.classes.map { .integer(Int64($0.cell)) })
        object["counts"] = .array(ranks.classes.map { .integer(Int64($0.count)) })
        object["capital"] = .array(bets.capital.map { .number($0) })
        object["runs"] = .array(bets.runs.map { .number($0.factor) })
        object["since_us"] = .array(bets.runs.map { .integer($0.since.microseconds) })
        object["calibration"] = calibration.map { .string($0.hex) }
        return object
    }

    fileprivate init?(json: JSONValue) {
        let cells = json.numbers("classes") { $0.intValue.flatMap { Int16(exactly: $0) } }
        let counts = json.numbers("counts", \.intValue)
        let capital = json.numbers("capital", \.doubleValue)
        let factors = json.numbers("runs", \.doubleValue)
        let since = json.numbers("since_us", \.intValue)
        guard let cells, let counts, let capital, let factors, let since,
            cells.count == counts.count, factors.count == since.count,
            let ranks = RankCounts(zip(cells, counts).map { .init(cell: $0, count: $1) }),
            let bets = DriftBets(
                capital: capital,
                runs: zip(factors, since).map {
                    .init(factor: $0, since: Timestamp(microseconds: Int64($1)))
                })
        else { return nil }
        self.init(
            ranks: ranks, bets: bets,
            calibration: json["calibration"]?.stringValue.flatMap { Digest(text: $0) })
    }
}

extension DriftAlarm {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["at_us"] = .integer(at.microseconds)
        object["evidence"] = .number(evidence)
        object["bound"] = .number(bound)
        object["studies"] = .integer(Int64(studies))
        object["since_us"] = .integer(since.microseconds)
        object["calibrations"] = .array(calibrations.map { .string($0.hex) })
        return object
    }

    fileprivate init?(json: JSONValue) {
        guard let at = json["at_us"]?.intValue, let since = json["since_us"]?.intValue,
            let evidence = json["evidence"]?.doubleValue, let bound = json["bound"]?.doubleValue,
            let studies = json["studies"]?.intValue,
            let calibrations = json.numbers(
                "calibrations", { $0.stringValue.flatMap { Digest(text: $0) } })
        else { return nil }
        self.init(
            at: Timestamp(microseconds: Int64(at)), evidence: evidence, bound: bound,
            studies: studies, since: Timestamp(microseconds: Int64(since)),
            calibrations: calibrations)
    }
}

extension JSONValue {
    /// The elements of an array, each converted; nil unless all are.
    fileprivate func numbers<Value>(
        _ name: String, _ convert: (JSONValue) -> Value?
    ) -> [Value]? {
        guard let elements = self[name]?.arrayValue else { return nil }
        let values = elements.compactMap(convert)
        return values.count == elements.count ? values : nil
    }
}
