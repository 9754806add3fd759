import DicomNetwork
import FileKit
import StudyHeaders
import Testing
import VigilCore

@Suite("A study's header out of its files")
struct DicomHeaderFileTests {
    private func read(_ bytes: [UInt8]) throws -> StudyHeader {
        let folder = try TestFolder()
        return try DicomHeaderFile.read(try folder.write("1.dcm", bytes))
    }

    private func fault(_ bytes: [UInt8]) throws -> DicomHeaderError? {
        let folder = try TestFolder()
        let path = try folder.write("1.dcm", bytes)
        do throws(DicomHeaderError) {
            _ = try DicomHeaderFile.read(path)
            return nil
        } catch {
            return error
        }
    }

    @Test("every encoding gives the same header", arguments: MadeDataSet.Encoding.allCases)
    func encodings(_ encoding: MadeDataSet.Encoding) throws {
        let header = try read(MadeDataSet.whole(encoding).file)
        #expect(header.patient.name.disclosed == "Müller^Eva")
        #expect(header.patient.id.disclosed == "P-1")
        #expect(header.patient.issuer.disclosed == "North")
        #expect(header.patient.birthDate.disclosed == "19700102")
        #expect(header.patient.sex == "F")
        #expect(header.study.instanceUID.disclosed == "1.2.3")
        #expect(header.study.id.disclosed == "S 9")
        #expect(header.study.date.disclosed == "20261129")
        #expect(header.study.time.disclosed == "183000.5")
        #expect(header.study.accessionNumber.disclosed == "A-77")
        #expect(header.study.referringPhysician.disclosed == "Weiss^Ada")
        #expect(header.study.characterSet == "ISO_IR 100")
        let instance = try #require(header.instances.first)
        #expect(instance.sopClassUID == "1.2.840.10008.5.1.4.1.1.1")
        #expect(instance.sopInstanceUID.disclosed == "1.2.3.4.5")
        #expect(instance.seriesInstanceUID.disclosed == "1.2.3.4")
        #expect(instance.modality == "CR")
    }

    @Test("names are read in the character set that the header names")
    func characterSets() throws {
        func name(_ set: String, _ bytes: [UInt8]) throws -> String {
            var data = MadeDataSet()
            data.add(0x0008_0005, "CS", set)
            data.add(0x0008_0016, "UI", "1.2")
            data.add(0x0008_0018, "UI", "1.3")
            data.add(0x0010_0010, "PN", bytes)
            data.add(0x0020_000D, "UI", "1.4")
            data.add(0x0020_000E, "UI", "1.5")
            return try read(data.file).patient.name.disclosed
        }
        #expect(try name("ISO_IR 144", [0xBB, 0xEE, 0xDA, 0xD3]) == "Люкг")
        #expect(try name("ISO_IR 192", Array("Łukasz^Ożóg".utf8)) == "Łukasz^Ożóg")
        #expect(try name("GB18030", [0xCD, 0xF5]) == "王")
        #expect(try name("", Array("王^Łu".utf8)) == "王^Łu", "UTF-8 that is not declared")
    }

    @Test("a name that is not in its character set is refused, not guessed")
    func wrongCharacterSets() throws {
        for (set, bytes) in [
            ("ISO_IR 999", [0x41, 0xE9]), ("\\ISO 2022 IR 87", [0x1B, 0x24, 0x42, 0x3B, 0x33]),
            ("", [0x41, 0xE9]), ("ISO_IR 192", [0x41, 0xE9, 0x41]),
        ] as [(String, [UInt8])] {
            var data = MadeDataSet()
            data.add(0x0008_0005, "CS", set)
            data.add(0x0010_0010, "PN", bytes)
            #expect(try fault(data.file) == .characterSet)
        }
    }

    @Test("a header without an identifier, or with one that is none, says which")
    func missing() throws {
        #expect(try fault(MadeDataSet.whole(study: "1.2.x").file) == .missing("StudyInstanceUID"))
        #expect(
            try fault(MadeDataSet.whole(instance: "").file) == .missing("SOPInstanceUID"))
    }

    @Test("an instance is of the patient whose number others write alike, or of nobody")
    func patients() throws {
        func identity(_ set: String, _ number: [UInt8]) throws -> InstanceIdentity {
            var data = MadeDataSet()
            data.add(0x0008_0005, "CS", set)
            data.add(0x0008_0016, "UI", "1.2")
            data.add(0x0008_0018, "UI", "1.3")
            data.add(0x0010_0020, "LO", number)
            data.add(0x0010_0021, "LO", "North ")
            data.add(0x0020_000D, "UI", "1.4")
            data.add(0x0020_000E, "UI", "1.5")
            let folder = try TestFolder()
            return try DicomHeaderFile.identity(try folder.write("1.dcm", data.file))
        }
        let known = try identity("ISO_IR 100", Array(" P-1 ".utf8))
        #expect(known.patient == PatientText("P-1") && known.issuer == PatientText("North"))
        let unusable: [(String, [UInt8])] = [
            ("ISO_IR 100", [0x50, 0xE9]), ("ISO_IR 999", [0x50, 0xE9]), ("", []),
            ("ISO_IR 100", [UInt8](repeating: 0x31, count: 66)),
        ]
        for (set, number) in unusable { #expect(try identity(set, number).patient == nil) }
    }

    @Test("every cut of a file ends in an error, and no cut in a header")
    func cuts() throws {
        for encoding in [MadeDataSet.Encoding.explicit, .implicit] {
            let whole = MadeDataSet.whole(encoding).file
            // The last element, of 12 bytes, holds the study's number, which may be missing.
            for end in stride(from: 0, to: whole.count - 12, by: 3) {
                #expect(try fault(Array(whole[..<end])) != nil)
            }
        }
    }

    @Test("changed bytes are read or refused, and sequences may be ever so deep")
    func hostile() throws {
        var deep = MadeDataSet()
        deep.addNested(200_000, isOpen: true)
        #expect(try fault(deep.file) == .malformed)
        var seed: UInt64 = 7
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        var kept = 0
        for _ in 0..<2_000 {
            var bytes = MadeDataSet.whole(next(2) == 0 ? .explicit : .implicit).file
            for _ in 0..<1 + next(4) { bytes[132 + next(bytes.count - 132)] = UInt8(next(256)) }
            if try fault(bytes) == nil { kept += 1 }
        }
        #expect((100..<1_900).contains(kept), "some are read, some are not: \(kept)")
    }

    @Test("instances of a study become one header, in the order of their UIDs, each once")
    func merging() throws {
        let first = try read(MadeDataSet.whole(instance: "1.2.9").file)
        var second = try read(MadeDataSet.whole(instance: "1.2.8").file)
        second.patient.issuer = PatientText("")
        let merged = try StudyHeader.merging([second, first, second])
        #expect(merged.instances.map(\.sopInstanceUID.disclosed) == ["1.2.8", "1.2.9"])
        #expect(merged.patient.issuer.disclosed == "North")
    }

    @Test("instances of two studies or patients are refused")
    func severalStudies() throws {
        let one = try read(MadeDataSet.whole().file)
        for other in [MadeDataSet.whole(study: "1.2.4"), .whole(patient: "P-2")] {
            let header = try read(other.file)
            #expect(throws: DicomHeaderError.severalStudies) {
                try StudyHeader.merging([one, header])
            }
        }
    }

    @Test("an error says nothing of the file, and where trying again may help")
    func texts() throws {
        let absent = try #require(throws: DicomHeaderError.self) {
            try DicomHeaderFile.read("/nowhere/1.dcm")
        }
        #expect(absent == .unreadable(errno: 2))
        #expect(absent.disposition == .retry(after: .seconds(5)))
        #expect(try fault([1, 2, 3]) == .notDicom)
        #expect(DicomHeaderError.notDicom.disposition == .deadLetter)
        #expect(!"\(try read(MadeDataSet.whole().file))".contains("ller"))
    }
}
