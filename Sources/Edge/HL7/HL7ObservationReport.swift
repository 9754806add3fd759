package import ClinicalReport
internal import StudyHeaders
internal import VigilCore

/// A finding's record as an ORU^R01 of HL7 version 2.5.1. The same report gives the same bytes.
package struct HL7ObservationReport: Sendable {
    private let report: FindingReport
    private let sites: HL7Sites

    package init(_ report: FindingReport, sites: HL7Sites) {
        self.report = report
        self.sites = sites
    }

    /// MSH-10: the first 96 bits of the delivery's id, in the twenty characters that 2.5.1 has room
    /// for.
    package var controlID: String { Self.controlID(DeliveryIdentity.delivery(of: report.finding)) }

    private static func controlID(_ id: UUIDv5) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        var (bits, count) = (UInt32(0), UInt32(0))
        var out: [UInt8] = []
        for byte in id.bytes.prefix(13) where out.count < 20 {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5, out.count < 20 {
                out.append(digits[Int(bits >> (count - 5) & 31)])
                count -= 5
            }
            bits &= 0xff
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The message, each segment ended by a carriage return.
    package var bytes: [UInt8] {
        let lines = [header, patient, order] + HL7Observations(report: report).segments
        return Array(lines.map { $0.text + "\r" }.joined().utf8)
    }

    private var header: HL7Segment {
        var segment = HL7Segment("MSH", raw: "^~\\&")
        segment.set(3, sites.sendingApplication)
        segment.set(4, sites.sendingFacility)
        segment.set(5, sites.receivingApplication)
        segment.set(6, sites.receivingFacility)
        segment.set(7, HL7Segment.time(report.published))
        segment.set(9, components: ["ORU", "R01", "ORU_R01"])
        segment.set(10, controlID)
        segment.set(11, "P")
        segment.set(12, "2.5.1")
        if sites.wantsCommit {
            segment.set(15, "AL")
            segment.set(16, "NE")
        }
        segment.set(18, "UNICODE UTF-8")
        return segment
    }

    private var patient: HL7Segment {
        let patient = report.header.patient
        var segment = HL7Segment("PID")
        segment.set(1, "1")
        segment.set(3, components: [patient.id.disclosed, "", "", patient.issuer.disclosed])
        segment.set(5, components: Self.name(patient.name.disclosed))
        segment.set(7, patient.birthDate.disclosed)
        segment.set(8, patient.sex)
        return segment
    }

    /// Family, given, middle, suffix, prefix; DICOM has the prefix before the suffix. Of the groups
    /// of a name the first, which is alphabetic.
    private static func name(_ text: String) -> [String] {
        let group = text.prefix { $0 != "=" }
        var parts = group.split(separator: "^", omittingEmptySubsequences: false).map(String.init)
        parts += Array(repeating: "", count: max(0, 5 - parts.count))
        return [parts[0], parts[1], parts[2], parts[4], parts[3]]
    }

    private var order: HL7Segment {
        let study = report.header.study
        var segment = HL7Segment("OBR")
        segment.set(1, "1")
        segment.set(3, study.accessionNumber.disclosed)
        segment.set(4, components: ["18748-4", "Diagnostic imaging study", "LN"])
        segment.set(7, HL7Segment.time(date: study.date.disclosed, time: study.time.disclosed))
        segment.set(22, HL7Segment.time(report.decided))
        segment.set(24, "RAD")
        segment.set(25, report.standing.reportStatus)
        return segment
    }
}

extension ReportStanding {
    /// OBR-25 (table 0123). What is withdrawn is corrected by observations that say so.
    fileprivate var reportStatus: String { self == .first ? "P" : "C" }

    /// OBX-11 (table 0085).
    var observationStatus: String {
        switch self {
        case .first: "P"
        case .revised: "C"
        case .withdrawn: "W"
        }
    }
}
