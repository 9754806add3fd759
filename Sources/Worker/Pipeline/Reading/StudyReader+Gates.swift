internal import Imaging
internal import Telemetry
internal import VigilCore

extension StudyReader {
    /// Notes an instance that is not shown to the model.
    func leaveOut(
        _ header: InstanceHeader, _ reason: LeftOutReason, from reading: inout StudyReading
    ) {
        reading.told.leftOut.append(
            Finding.LeftOut(
                reason, place: reading.next, series: pseudonym(header.series),
                sop: pseudonym(header.sop), modality: header.standardModality,
                sopClass: header.standardClass))
    }

    /// Notes an instance that is shown to the model, with what its header does not tell.
    func take(
        _ header: InstanceHeader, as reference: InstanceReference, into reading: inout StudyReading
    ) {
        reading.identity.check(header, of: reading.event, as: reference, isShown: true)
        guard case .take(let unknown) = gate.verdict(on: header) else { return }
        for attribute in unknown { reading.told.unknown[attribute, default: 0] += 1 }
    }

    /// Looks at an instance's header alone.
    func checkHeader(
        _ reference: InstanceReference, into reading: inout StudyReading
    ) throws(StageFailure) {
        let file = try sources.open(reference.uri)
        do throws(ImagingError) {
            let read = try decoders.header(of: file, place: place)
            reading.took.processor += read.processor
            guard let header = read.header else { return }
            if case .leaveOut(let reason) = gate.verdict(on: header) {
                reading.identity.check(header, of: reading.event, as: reference, isShown: false)
                leaveOut(header, reason, from: &reading)
            } else {
                take(header, as: reference, into: &reading)
            }
        } catch {
            throw StageFailure(.decode, error)
        }
    }

    private func pseudonym(_ stated: InstanceHeader.StatedUID) -> Pseudonym? {
        guard case .uid(let uid) = stated else { return nil }
        return Pseudonym(of: uid, key: pseudonymKey)
    }
}

extension Finding.LeftOut.Reason {
    /// The word of a record for what differs in an object's identity.
    init(_ mismatch: IdentityMismatch) {
        self =
            switch mismatch {
            case .study: .otherStudy
            case .series: .otherSeries
            case .sop: .otherInstance
            case .patient: .otherPatient
            }
    }
}
