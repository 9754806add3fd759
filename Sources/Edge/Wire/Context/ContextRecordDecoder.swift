package import VigilCore

/// Reads a record of the topic of context: our own observation, or FHIR's Observation, Condition,
/// ServiceRequest or Bundle (R4), in a CloudEvents event; or a tombstone.
///
/// Total: any record gives what it says or a reason, and every part that cannot be read is among
/// the reasons.
package struct ContextRecordDecoder: Sendable {
    /// What a record is read as.
    package enum Reading: Sendable, Hashable {
        case record(ContextRecord)
        /// Nothing of it can be used.
        case refused(ContextRefusal)
    }

    private let limits: WireLimits

    package init(limits: WireLimits = WireLimits()) { self.limits = limits }

    /// What a record says. Pure: the same record gives the same result.
    package func decode(_ record: InboundRecord) -> Reading {
        guard let (patient, id) = Self.identity(record.key) else { return .refused(.noPatient) }
        func reading(_ content: ContextRecord.Content) -> Reading {
            .record(
                ContextRecord(
                    patient: patient, id: id, content: content, written: record.timestamp,
                    position: record.position))
        }
        guard record.value != nil else { return reading(.retraction) }
        let data: JSONValue
        do throws(WireError) {
            data = try body(record)
        } catch {
            if case .tooLarge = error { return .refused(.tooLarge) }
            return .refused(.unreadable)
        }
        if data["resourceType"] != nil {
            var reader = FHIRReader(patient: patient, keyID: id)
            reader.read(data)
            guard !reader.isOfAnother else { return .refused(.otherPatient) }
            return reading(.statements(reader.statements, refused: reader.refused))
        }
        do throws(WireError) {
            let (said, named) = try ContextStatement.read(data, id: id)
            guard named == nil || named == patient else { return .refused(.otherPatient) }
            return reading(.statements([said], refused: []))
        } catch {
            return reading(.statements([], refused: [.malformed]))
        }
    }

    private func body(_ record: InboundRecord) throws(WireError) -> JSONValue {
        let event = try CloudEvent(record: record, limits: limits)
        if event.type.hasPrefix(WireNames.typePrefix) {
            guard event.type.hasPrefix(WireNames.contextTypePrefix) else { throw .unexpectedType }
            guard WireNames.major(of: event.type) == 1 else {
                throw .unknownVersion(supported: 1)
            }
        }
        guard event.data.objectValue != nil else { throw .wrongType(.data) }
        return event.data
    }

    /// A key is the pseudonym's 32 digits, a slash, and 1 to 128 bytes of printable ASCII.
    private static func identity(_ key: [UInt8]?) -> (Pseudonym, String)? {
        guard let key, (34...161).contains(key.count), key[32] == UInt8(ascii: "/"),
            let patient = Pseudonym(hex: String(decoding: key[..<32], as: UTF8.self)),
            key[33...].allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return (patient, String(decoding: key[33...], as: UTF8.self))
    }
}
