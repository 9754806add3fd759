internal import Imaging
internal import Telemetry
internal import VigilCore

extension StudyReader {
    /// Notes an instance that is not shown to the model.
    func leaveOut(
        _ header: InstanceHeader, _ reason: LeftOutReason, position: Int, from tally: inout Tally
    ) {
        tally.leftOut.append(
            PreparedStudy.LeftOut(
                position: position, series: pseudonym(header.series), sop: pseudonym(header.sop),
                reason: reason))
    }

    /// Looks at an instance's header alone.
    func checkHeader(
        _ reference: InstanceReference, position: Int, event: StudyEvent, into tally: inout Tally
    ) throws(StageFailure) {
        var stage = Stage.fetch
        do throws(ImagingError) {
            let file = try roots.open(reference.uri)
            stage = .decode
            let read = try decoders.header(of: file, place: place)
            tally.processor += read.processor
            guard let header = read.header else { return }
            if case .leaveOut(let reason) = gate.verdict(on: header) {
                tally.identity.check(header, of: event, as: reference, isShown: false)
                leaveOut(header, reason, position: position, from: &tally)
            } else {
                tally.identity.check(header, of: event, as: reference, isShown: true)
            }
        } catch {
            throw StageFailure(stage, error)
        }
    }

    private func pseudonym(_ stated: InstanceHeader.StatedUID) -> Pseudonym? {
        guard case .uid(let uid) = stated else { return nil }
        return Pseudonym(of: uid, key: pseudonymKey)
    }
}
