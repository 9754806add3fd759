import Imaging
import Testing
import VigilCore

/// What decoders do with files by their headers.
@Suite(
    "Headers before pixels",
    .enabled(if: TestData.hasCases, "the reported cases are not present"))
struct HeaderReadingTests {
    private static func read(_ bytes: [UInt8]) throws -> InstanceReading {
        try TestData.pool.get().read(OpenedInput(bytes: bytes), gate: HeaderGate())
    }

    private static func reason(of name: String) throws -> LeftOutReason? {
        let bytes = TestData.bytes(TestData.cases + "/" + name)
        try #require(!bytes.isEmpty, "\(name)")
        guard case .leftOut(_, let reason, _) = try read(bytes) else { return nil }
        return reason
    }

    @Test(
        "each reported object is left out with its reason, and the films beside them are not",
        arguments: [
            ("23-for-processing.dcm", LeftOutReason.forProcessing),
            ("24-dose-screen.dcm", .secondaryCapture), ("24d-rtdose.dcm", .doseObject),
            ("25-sr.dcm", .report), ("25b-ko.dcm", .keyObject), ("25c-pr.dcm", .presentationState),
            ("25d-pdf.dcm", .document), ("27-localizer-in-series/000a.dcm", .localizer),
            ("23-twin-for-presentation.dcm", nil), ("25-film.dcm", nil),
            ("27-localizer-in-series/000.dcm", nil), ("10d-film-jfif-label-rgb.dcm", nil),
            ("43-twin-no-frame.png", nil),
        ] as [(String, LeftOutReason?)])
    func cases(_ name: String, _ reason: LeftOutReason?) throws {
        #expect(try Self.reason(of: name) == reason)
    }

    private static let frontalChestFilm: IntendedInput = {
        var intended = IntendedInput()
        intended.modalities = ["CR", "DX"]
        intended.bodyParts = ["CHEST"]
        intended.views = ["PA", "AP"]
        return intended
    }()

    @Test(
        "what a real header says of body part, view and age reaches the gate",
        .enabled(if: TestData.hasPydicom, "pydicom-data is not present"))
    func anatomy() throws {
        var adults = Self.frontalChestFilm
        adults.ages = 30...120
        let gate = HeaderGate(intended: [adults])
        func verdict(_ path: String) throws -> LeftOutReason? {
            let input = try OpenedInput(bytes: TestData.bytes(path))
            let reading = try TestData.pool.get().read(input, gate: gate)
            guard case .leftOut(_, let reason, _) = reading else { return nil }
            return reason
        }
        #expect(try verdict(TestData.pydicom + "/RG1_UNCR.dcm") == nil)
        #expect(try verdict(TestData.pydicom + "/RG3_UNCR.dcm") == .otherBodyPart)
        #expect(try verdict(TestData.pydicom + "/US1_UNCR.dcm") == .otherModality)
        var young = IntendedInput()
        young.ages = 25...120
        let ages = HeaderGate(intended: [young], takesWithout: [])
        let capture = try OpenedInput(bytes: TestData.bytes(TestData.pydicom + "/SC_rgb.dcm"))
        // 24 years old.
        guard
            case .leftOut(_, .ageOutOfRange, _) = try TestData.pool.get().read(
                capture, gate: ages)
        else {
            Issue.record("its age is not read")
            return
        }
    }

    @Test("what is no image need not be whole, and pixels that are not wanted are not decoded")
    func broken() throws {
        // A report cut in its middle; a dose screen whose pixels are gone.
        let report = TestData.bytes(TestData.cases + "/25-sr.dcm")
        let cut = Array(report.prefix(report.count * 2 / 3))
        guard case .leftOut(_, .report, _) = try Self.read(cut) else {
            Issue.record("a report that was cut is not left out")
            return
        }
        let screen = TestData.bytes(TestData.cases + "/24-dose-screen.dcm")
        guard case .leftOut = try Self.read(Array(screen.prefix(screen.count / 2))) else {
            Issue.record("a screen that was cut is not left out")
            return
        }
        let film = TestData.bytes(TestData.cases + "/25-film.dcm")
        #expect(throws: ImagingError.truncated) {
            _ = try Self.read(Array(film.prefix(film.count / 2)))
        }
    }

    @Test("identifiers are those of the file, and one patient is one mark in any case or padding")
    func identity() throws {
        let film = TestData.bytes(TestData.cases + "/25-film.dcm")
        guard case .image(_, let header?) = try Self.read(film),
            case .uid(let study) = header.study, case .uid(let other) = header.sop
        else {
            Issue.record("the film has no header")
            return
        }
        #expect(!header.study.differs(from: study) && header.study.differs(from: other))
        #expect(!"\(header.patient.map { "\($0)" } ?? "")".contains("25"))
        let same = ["AB-1c", "ab-1C", " Ab-1c  ", "AB-1C\u{0}"].map { PatientMark(Array($0.utf8)) }
        #expect(Set(same).count == 1 && same[0] != nil)
        let others = ["AB-1", "AB-1C1", "0AB-1C"].map { PatientMark(Array($0.utf8)) }
        #expect(!others.contains(same[0]) && Set(others).count == 3)
        #expect(PatientMark([]) == nil && PatientMark(Array("  ".utf8)) == nil)
    }
}
