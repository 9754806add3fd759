internal import ClinicalReport
internal import HL7
internal import HTTPClient
internal import Processes
internal import VigilCore

/// The role `hl7-deliver`: a finding's record as an ORU^R01 over MLLP, one at a time on a
/// connection.
final class HL7Deliver: Counterpart {
    /// Answers to other messages that are passed over before the connection is given up.
    private static let strangersMax = 32
    /// Bytes of answers to one message.
    private static let answerBytesMax = 65_536

    private let host: String
    private let port: Int
    private let usesTLS: Bool
    private let timeout: Duration
    private let trust: PeerTrust
    private let sites: HL7Sites
    /// An open connection, and what is left over of its last bytes.
    private var line: Line?

    private final class Line {
        let connection: BareConnection
        var frames = MLLPFrames(bytesMax: HL7Deliver.answerBytesMax)

        init(_ connection: consuming BareConnection) {
            self.connection = connection
        }
    }

    init(_ role: RoleSettings, host: String, port: Int, usesTLS: Bool) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        timeout = role.timeout
        trust = role.trust
        sites = role.sites
    }

    func attempt(_ delivery: Delivery) -> DeliveryAnswer {
        guard case .report(let report) = delivery else {
            // What was said of the study is not known any more, so it cannot be taken back.
            return .refused("record_without_value")
        }
        let message = HL7ObservationReport(report, sites: sites)
        // Receivers close what is idle: of an old connection that says nothing.
        if line != nil, let answer = attempt(message), answer.isAnswered { return answer }
        return attempt(message) ?? .unanswered("mllp_no_answer")
    }

    /// Nil: the connection ended without an answer.
    private func attempt(_ message: HL7ObservationReport) -> DeliveryAnswer? {
        do throws(HTTPClientError) {
            let answer = try exchange(message)
            // After anything but a clear answer a late one may still come: nobody is to hear it.
            if !answer.isAnswered { line = nil }
            return answer
        } catch {
            line = nil
            return nil
        }
    }

    private func exchange(
        _ message: HL7ObservationReport
    ) throws(HTTPClientError) -> DeliveryAnswer {
        let end = Deadline(after: timeout)
        if line == nil { line = try connect() }
        guard let line else { return .unanswered("mllp_no_connection") }
        try line.connection.send(MLLPFrames.framed(message.bytes), until: end)
        var (strangers, bytes) = (0, 0)
        while true {
            let piece = try line.connection.receive(until: end)
            bytes += piece.count
            guard bytes <= Self.answerBytesMax, let frames = line.frames.take(piece) else {
                return .unanswered("mllp_answer_too_long")
            }
            for frame in frames {
                guard let answer = HL7Acknowledgement(frame), answer.message == message.controlID
                else {
                    strangers += 1
                    if strangers > Self.strangersMax { return .unanswered("hl7_answers_of_others") }
                    continue
                }
                if let verdict = HL7Verdict.answer(to: answer.code, wantsCommit: sites.wantsCommit)
                {
                    return verdict
                }
            }
        }
    }

    private func connect() throws(HTTPClientError) -> Line {
        Line(
            try BareConnection(
                host: host, port: port, usesTLS: usesTLS, trust: trust, timeout: timeout))
    }
}
