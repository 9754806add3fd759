package import VigilCore

/// What a dead letter's headers say, for tools and tests.
package struct DeadLetter: Sendable, Hashable {
    /// Where the original record stood.
    package let origin: RecordPosition
    /// When the original record was made, to the millisecond; nil when it did not say.
    package let timestamp: Timestamp?
    package let group: String
    package let instance: String
    package let stage: Stage
    package let errorCode: String
    /// What happened and what to do about it; free of patient data.
    package let message: String
    /// How often it was tried, replays included.
    package let attempts: Int
    package let firstFailure: Timestamp
    package let lastFailure: Timestamp
    /// What is known of an original that is too large to be kept in a letter.
    package let omitted: Omitted?

    /// An original that still stands where ``origin`` says, and is not in the letter.
    package struct Omitted: Sendable, Hashable {
        /// Of its key, value and headers.
        package let bytes: Int
        /// SHA-256 of its value, in hexadecimal digits.
        package let digest: String
    }

    /// The JSON form that tools show: every header under its own name, binary ones as numbers
    /// (`Schemas/dead-letter`).
    package var json: JSONValue {
        var object = JSONObject()
        func set(_ name: DeadLetterHeader, _ value: JSONValue) { object[name.rawValue] = value }
        let exception = JSONValue.string("org.vigil.error.\(errorCode)")
        set(.connectTopic, .string(origin.topic))
        set(.connectPartition, .string(String(origin.partition)))
        set(.connectOffset, .string(String(origin.offset)))
        set(.connectName, .string(group))
        set(.connectTask, .string(instance))
        set(.connectStage, stage.json)
        set(.connectClass, .string("org.vigil.stage.\(stage.rawValue)"))
        set(.connectException, exception)
        set(.connectMessage, .string(message))
        set(.springTopic, .string(origin.topic))
        set(.springPartition, .integer(Int64(origin.partition)))
        set(.springOffset, .integer(origin.offset))
        if let timestamp { set(.springTimestamp, .integer(timestamp.milliseconds)) }
        set(.springGroup, .string(group))
        set(.springException, exception)
        set(.springMessage, .string(message))
        set(.attempt, .string(String(attempts)))
        set(.errorCode, .string(errorCode))
        set(.stage, stage.json)
        set(.firstFailure, firstFailure.json)
        set(.lastFailure, lastFailure.json)
        if let omitted {
            set(.omittedBytes, .string(String(omitted.bytes)))
            set(.omittedDigest, .string(omitted.digest))
        }
        return .object(object)
    }

    /// Reads the JSON form; unknown members are passed over.
    package init(json: JSONValue) throws(WireError) {
        let reader = try MemberReader(json, "record")
        func text(_ header: DeadLetterHeader) throws(WireError) -> String {
            guard let text = reader.object[header.rawValue]?.stringValue else {
                throw .badRecord("a header is missing or no text")
            }
            return text
        }
        func number(_ header: DeadLetterHeader) throws(WireError) -> Outside<Int64> {
            guard let number = Int64(try text(header)), number >= 0 else {
                throw .badRecord("a header is no number")
            }
            return Outside(number)
        }
        func time(_ header: DeadLetterHeader) throws(WireError) -> Timestamp {
            guard let time = Timestamp(rfc3339: try text(header)) else {
                throw .badRecord("a header is no time")
            }
            return time
        }
        let origin = RecordPosition(
            told: try text(.connectTopic), partition: try number(.connectPartition),
            offset: try number(.connectOffset))
        guard let origin, let stage = Stage(rawValue: try text(.stage)),
            let attempts = try number(.attempt).exactly(Int.self)?.within(1...Int.max)
        else { throw .badRecord("a header is out of range") }
        self.origin = origin
        let milliseconds = reader.object[DeadLetterHeader.springTimestamp.rawValue]?.outside
        timestamp = milliseconds.map { Timestamp($0) }
        group = try text(.connectName)
        instance = try text(.connectTask)
        self.stage = stage
        errorCode = try text(.errorCode)
        message = try text(.connectMessage)
        self.attempts = attempts
        firstFailure = try time(.firstFailure)
        lastFailure = try time(.lastFailure)
        if reader.object[DeadLetterHeader.omittedBytes.rawValue] == nil {
            omitted = nil
        } else {
            guard let bytes = try number(.omittedBytes).exactly(Int.self)?.within(0...Int.max)
            else {
                throw .badRecord("a header is out of range")
            }
            omitted = Omitted(bytes: bytes, digest: try text(.omittedDigest))
        }
    }
}
