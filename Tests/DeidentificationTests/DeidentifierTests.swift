import MutationKit
import Testing
import VigilCore

@testable import Deidentification

/// Files that may leave, and files that may not.
struct DeidentifierTests {
    /// A canary in each attribute of the table, of its kind; in sequences all others once more.
    private func full(depth: Int) -> DataSet {
        var set = DataSet()
        for (tag, kind) in MadeFile.rows where tag.group >= 8 && tag != .contentSequence {
            if kind == .sequence {
                let items = depth > 0 ? [full(depth: depth - 1)] : []
                set.elements.append(.init(tag: tag, kind: kind, value: .items(items)))
            } else {
                let wide: [UInt8] = MadeFile.canary.flatMap { [$0, 0] as [UInt8] }
                let isWord = kind.isText || kind == .personName
                let value: [UInt8] = isWord ? MadeFile.canary : wide
                set.elements.append(.init(tag: tag, kind: kind, value: .bytes(value[...])))
            }
        }
        set.set(DicomTag(0x0029_0010), .longString, "CANARY")
        set.set(DicomTag(0x0029_1001), .unknown, "CANARY")
        set.set(DicomTag(0x5000_3000), .otherWord, "CANARY")
        set.set(DicomTag(0x6002_3000), .otherWord, "CANARY")
        set.set(DicomTag(0x0009_1001), .sequence, .items([]))
        return set
    }

    @Test(
        "no attribute of the table leaves what it held, at any depth, in any encoding",
        arguments: ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"])
    func canaries(syntax: String) throws {
        var made = MadeFile()
        made.syntax = syntax
        made.set.elements += full(depth: 1).elements.filter { made.set.element($0.tag) == nil }
        made.set.elements.sort { $0.tag < $1.tag }
        for options: Set<ConfidentialityOption> in [[], [.retainModifiedDates]] {
            let result = try Deidentifier(key: MadeFile.key, options: options).apply(made.bytes)
            #expect(made.bytes.holds(MadeFile.canary))
            #expect(!result.bytes.holds(MadeFile.canary))
            #expect(!result.bytes.holds(Array("Canary".utf8)))
            #expect(!result.name.contains("1.2.3.1"))
        }
    }

    @Test("all rows of the table are read, each once")
    func rows() {
        #expect(MadeFile.rows.count == 649)
        #expect(Set(MadeFile.rows.map(\.tag)).count == 649)
    }

    @Test("one UID becomes one other, everywhere, by the key alone")
    func graph() throws {
        var made = MadeFile()
        var item = DataSet()
        item.set(DicomTag(0x0008_1150), .identifier, "1.2.840.10008.5.1.4.1.1.2")
        item.set(DicomTag(0x0008_1155), .identifier, "1.2.3.1")
        made.set.set(DicomTag(0x0008_2112), .sequence, .items([item]))
        made.add(0x0020_0052, .identifier, "1.2.840.10008.1.4.1.1")
        let result = try made.deidentified()
        guard case .items(let items)? = result.element(DicomTag(0x0008_2112))?.value else {
            Issue.record("the references are gone")
            return
        }
        let instance = result.text(.sopInstance)
        #expect(instance.hasPrefix("2.25.") && DicomUID(instance) != nil)
        #expect(items[0].text(DicomTag(0x0008_1155)) == instance)
        #expect(items[0].text(DicomTag(0x0008_1150)) == "1.2.840.10008.5.1.4.1.1.2")
        #expect(result.text(DicomTag(0x0020_0052)) == "1.2.840.10008.1.4.1.1")
        let other = try made.deidentified(key: MadeFile.key.reversed())
        #expect(other.text(.sopInstance) != instance)
        #expect(other.text(.patientID) != result.text(.patientID))
        #expect(try made.deidentified([.retainUIDs]).text(.sopInstance) == "1.2.3.1")
    }

    @Test("what was written comes through a second time unchanged, and under another key does not")
    func twice() throws {
        var made = MadeFile()
        made.add(0x0008_0020, .date, "20240229")
        made.set.set(DicomTag(0x0034_0007), .otherByte, .bytes([1, 2, 3, 4]))
        let deidentifier = Deidentifier(key: MadeFile.key, options: [.retainModifiedDates])
        let once = try deidentifier.apply(made.bytes)
        let twice = try deidentifier.apply(once.bytes)
        #expect(twice.bytes == once.bytes && twice.name == once.name)
        let other = try Deidentifier(
            key: MadeFile.key.reversed(), options: [.retainModifiedDates]
        ).apply(once.bytes)
        #expect(other.bytes != once.bytes)
    }

    @Test("a file whose class and UID stand in its meta information alone comes through")
    func metaAlone() throws {
        var made = MadeFile()
        made.set.set(.sopClass, .identifier, "")
        made.set.set(.sopInstance, .identifier, "")
        let deidentifier = Deidentifier(key: MadeFile.key, options: [])
        let once = try deidentifier.apply(made.bytes)
        let read = try PartTenFile(reading: once.bytes)
        #expect(read.sopInstance == once.name && read.sopClass == "1.2.840.10008.5.1.4.1.1.2")
        #expect(try deidentifier.apply(once.bytes).bytes == once.bytes)
    }

    @Test("dates of a patient are moved by one number of days, and times stay")
    func dates() throws {
        var made = MadeFile()
        made.add(0x0008_0020, .date, "20240301")
        made.add(0x0008_0021, .date, "20240229")
        made.add(0x0008_002A, .dateTime, "20240301235959.5+0100")
        made.add(0x0008_0030, .time, "235959.5")
        made.add(0x0008_0031, .time, "CANARY")
        let moved = try made.deidentified([.retainModifiedDates])
        let days = [0x0008_0020, 0x0008_0021].map { moved.text(DicomTag($0)) }
        #expect(days[0] != "20240301" && days[0].utf8.count == 8)
        #expect(moved.text(DicomTag(0x0008_002A)) == days[0] + "235959.5+0100")
        #expect(moved.text(DicomTag(0x0008_0030)) == "235959.5")
        #expect(moved.text(DicomTag(0x0008_0031)) != "CANARY")
        #expect(
            TimeShift.moved(Array(days[1].utf8)[...], kind: .date, days: -1).map(Array.init)
                == Array(days[0].utf8))
        #expect(moved.text(.longitudinal) == "MODIFIED")
        #expect(try made.deidentified().text(DicomTag(0x0008_0020)) == "")
        let full = try made.deidentified([.retainFullDates])
        #expect(full.text(DicomTag(0x0008_0020)) == "20240301")
        #expect(full.text(DicomTag(0x0008_0031)) != "CANARY")
    }

    @Test(
        "what is no date by its form does not stay",
        arguments: ["2024-3-1", "CANARY12", "20241301", "20240100", "2024", "20240301CANARY"])
    func forms(text: String) {
        #expect(TimeShift.moved(Array(text.utf8)[...], kind: .date, days: 1) == nil)
    }

    @Test("private attributes stay by the list alone, and what their kind names is replaced")
    func privates() throws {
        var made = MadeFile()
        made.add(0x0029_0010, .longString, "ACME 1.1")
        made.add(0x0029_0011, .longString, "CANARY")
        made.add(0x0029_1008, .decimal, "1.5")
        made.add(0x0029_1009, .decimal, "2.5")
        made.add(0x0029_100A, .personName, "CANARY")
        made.add(0x0029_1108, .decimal, "3.5")
        let list = try #require(SafePrivateList("# ours\nACME 1.1;0029,xx08\nACME 1.1;0029,xx0A"))
        let kept = try made.deidentified([.retainSafePrivate], safePrivate: list)
        let privates = kept.elements.map(\.tag).filter(\.isPrivate)
        #expect(privates == [DicomTag(0x0029_0010), DicomTag(0x0029_1008)])
        #expect(try made.deidentified().elements.allSatisfy { !$0.tag.isPrivate })
        #expect(SafePrivateList("ACME;0028,xx08") == nil && SafePrivateList("ACME") == nil)
    }

    @Test("descriptors keep words that are known, and none of the patient's")
    func words() throws {
        var made = MadeFile()
        made.set.set(.patientName, .personName, "Foot^Carl")
        made.add(0x0008_1030, .longString, "CT Chest of Mrs Foot, room 12 8812345")
        made.add(0x0008_103E, .longString, "Carl")
        let cleaned = try made.deidentified([.cleanDescriptors])
        #expect(cleaned.text(DicomTag(0x0008_1030)) == "CT Chest 12")
        #expect(cleaned.text(DicomTag(0x0008_103E)) == "")
    }

    @Test("what a site's own code means goes as a descriptor does, and published ones stay")
    func meanings() throws {
        var made = MadeFile()
        let items = [("DCM", "Lung of Canary"), ("99ACME", "Lung of Canary")].map {
            var item = DataSet()
            item.set(DicomTag(0x0008_0100), .shortString, "1")
            item.set(DicomTag(0x0008_0102), .shortString, $0.0)
            item.set(DicomTag(0x0008_0104), .longString, $0.1)
            return item
        }
        made.set.set(DicomTag(0x0018_9346), .sequence, .items(items))
        for (options, meaning) in [
            ([], "REMOVED"), ([.cleanDescriptors], "Lung"),
        ] as [(Set<ConfidentialityOption>, String)] {
            guard
                case .items(let left)? = try made.deidentified(options)
                    .element(DicomTag(0x0018_9346))?.value
            else {
                Issue.record("the codes are gone")
                return
            }
            #expect(left.map { $0.text(DicomTag(0x0008_0104)) } == ["Lung of Canary", meaning])
        }
    }

    @Test("it is written down what was done")
    func statement() throws {
        let set = try MadeFile().deidentified([.retainUIDs])
        #expect(set.text(.identityRemoved) == "YES")
        guard case .items(let items)? = set.element(.methodCodes)?.value else {
            Issue.record("there are no codes")
            return
        }
        #expect(items.map { $0.text(DicomTag(0x0008_0100)) } == ["113100", "113110"])
    }

    @Test("files cut off or changed anywhere are refused or cleaned, and nothing traps")
    func mutations() {
        var made = MadeFile()
        made.set.set(DicomTag(0x0008_1115), .sequence, .items([full(depth: 0), DataSet()]))
        made.set.set(.pixelData, .otherWord, "CANARY")
        let deidentifier = Deidentifier(key: MadeFile.key, options: [.cleanDescriptors])
        var random = SplitMix64(seed: 3)
        for round in 0..<1500 {
            var bytes = made.bytes
            ByteMutation.change(&bytes, &random)
            if round.isMultiple(of: 3) { ByteMutation.cut(&bytes, &random) }
            let result = try? deidentifier.apply(bytes)
            #expect(result.map { $0.bytes.count < bytes.count + 2000 } ?? true)
        }
    }

    @Test("a file of very many private attributes comes through")
    func many() throws {
        var made = MadeFile()
        made.add(0x0009_0010, .longString, "ACME")
        for number in 0..<60_000 {
            let tag = DicomTag(
                group: 0x0009 + UInt16(number / 200) * 2, element: UInt16(0x1000 + number % 200))
            made.set.elements.append(.init(tag: tag, kind: .decimal, value: .bytes([0x31])))
        }
        made.set.elements.sort { $0.tag < $1.tag }
        let list = try #require(SafePrivateList("ACME;0009,xx01"))
        let kept = try made.deidentified([.retainSafePrivate], safePrivate: list)
        #expect(kept.elements.filter(\.tag.isPrivate).count == 2)
    }

    @Test("sequences nested without end are refused")
    func depth() {
        let open: [UInt8] = [
            0x08, 0x00, 0x15, 0x11, 0x53, 0x51, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0x00,
            0xE0,
            0xFF, 0xFF, 0xFF, 0xFF,
        ]
        var made = MadeFile()
        made.set = DataSet()
        let bytes = made.bytes + (0..<50_000).flatMap { _ in open }
        #expect(throws: DeidentificationRefusal.tooDeep) {
            try Deidentifier(key: MadeFile.key, options: []).apply(bytes)
        }
    }

    @Test("a length beyond the file's end, a number twice and an unknown syntax are refused")
    func malformed() {
        let deidentifier = Deidentifier(key: MadeFile.key, options: [])
        let huge: [UInt8] = [0xE0, 0x7F, 0x10, 0, 0x4F, 0x57, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF]
        var twice = MadeFile()
        twice.set.elements.append(twice.set.elements[0])
        var deflated = MadeFile()
        deflated.syntax = "1.2.840.10008.1.2.1.99"
        for (bytes, reason) in [
            (MadeFile().bytes + huge, DeidentificationRefusal.malformed),
            (twice.bytes, .malformed), (deflated.bytes, .transferSyntax), ([], .notDicom),
        ] {
            #expect(throws: reason) { try deidentifier.apply(bytes) }
        }
    }
}
