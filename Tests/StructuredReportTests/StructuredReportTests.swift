import FileKit
import StructuredReport
import StructuredReportKit
import StudyHeaders
import Testing
import VigilCore

@Suite("Structured reports")
struct StructuredReportTests {
    @Test("the same record is the same bytes", arguments: MadeReport.Shape.allCases)
    func repeats(_ shape: MadeReport.Shape) throws {
        let one = try MadeReport(shape, number: 3).written()
        let other = try MadeReport(shape, number: 3).written()
        #expect(one.file == other.file)
        #expect(one.sopInstanceUID.hasPrefix("2.25."))
        #expect(one.file.count > 1_000)
    }

    @Test("another record of the finding is another object, which names the one before")
    func revisions() throws {
        let revised = try MadeReport(.revised, number: 4)
        let first = try MadeReport.writer.report(
            on: revised.finding, record: try #require(revised.finding.revision?.previous),
            header: revised.header, named: MadeReport.pseudonym)
        let second = try revised.written()
        #expect(first.sopInstanceUID != second.sopInstanceUID)
        let named = Array(first.sopInstanceUID.utf8)
        #expect(second.file.contains(named), "its predecessor")
    }

    @Test("a finding that the table of codes does not know is an error, and nothing is written")
    func unknownCode() throws {
        let report = try MadeReport(.flagged, number: 1)
        let writer = StructuredReportWriter(
            codes: MadeReport.codes.filter { $0.key != "pneumothorax" }, software: "tests")
        #expect(throws: StructuredReportError.codeUnknown) {
            try writer.report(
                on: report.finding, record: report.record, header: report.header,
                named: MadeReport.pseudonym)
        }
    }

    @Test("an image without a header, and headers of another study, are errors")
    func foreignHeaders() throws {
        let report = try MadeReport(.boxes, number: 1)
        func fault(_ change: (inout StudyHeader) -> Void) -> StructuredReportError? {
            var header = report.header
            change(&header)
            do throws(StructuredReportError) {
                _ = try MadeReport.writer.report(
                    on: report.finding, record: report.record, header: header,
                    named: MadeReport.pseudonym)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault { _ in } == nil)
        #expect(fault { $0.instances.removeLast() } == .instanceUnknown)
        #expect(fault { $0.study.instanceUID = PatientText("1.2") } == .otherStudy)
        #expect(StructuredReportError.otherStudy.disposition == .deadLetter)
    }

    @Test("a record that was never decided is refused")
    func undated() throws {
        let report = try MadeReport(.notAssessed, number: 1)
        var finding = report.finding
        finding.decision.decidedAt = nil
        #expect(throws: StructuredReportError.undated) {
            try MadeReport.writer.report(
                on: finding, record: report.record, header: report.header,
                named: MadeReport.pseudonym)
        }
    }

    @Test("what a header has stands in the document, whatever it is")
    func oddHeaders() throws {
        let report = try MadeReport(.flagged, number: 1)
        var header = report.header
        header.patient.birthDate = PatientText("1970-1-2")
        header.patient.sex = "X"
        header.patient.id = PatientText(String(repeating: "7", count: 80))
        let written = try MadeReport.writer.report(
            on: report.finding, record: report.record, header: header,
            named: MadeReport.pseudonym)
        #expect(written.file.contains(Array("1970-1-2".utf8)))
        #expect(written.file.contains(Array(String(repeating: "7", count: 80).utf8)))
    }

    @Test("every reason to abstain and every probability can be written")
    func numbers() throws {
        for number in 0..<40 { _ = try MadeReport(.mixed, number: number).written() }
        for number in 0..<40 { _ = try MadeReport(.abstained, number: number).written() }
    }
}
