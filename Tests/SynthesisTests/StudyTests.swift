import Synthesis
import Testing
import VigilCore
import Wire

@Suite("Synthetic studies")
struct StudyTests {
    @Test("the same seed and number give the same bytes, whatever was made before")
    func determinism() throws {
        let options = SynthesisOptions(seed: 5, content: .mixed, size: 96)
        let one = StudyMaker(options)
        let other = StudyMaker(options)
        let forwards = try (0..<14).map { try one.make($0) }
        let backwards = try (0..<14).reversed().map { try other.make($0) }.reversed()
        for (left, right) in zip(forwards, backwards) {
            #expect(left.images.map(\.bytes) == right.images.map(\.bytes))
            #expect(TruthRow(left).json == TruthRow(right).json)
            #expect(FhirContext.bundle(left) == FhirContext.bundle(right))
        }
        #expect(Set(forwards.map(\.blueprint.kind)).count > 1)
    }

    @Test("another seed or number gives other studies, and no UID comes twice")
    func variety() throws {
        var uids: Set<String> = []
        var count = 0
        for seed in [1, 2] as [UInt64] {
            let maker = StudyMaker(SynthesisOptions(seed: seed, content: .mixed, size: 64))
            for number in 0..<12 {
                let study = try maker.make(number)
                let own = [study.blueprint.studyUID] + study.images.map(\.instanceUID)
                uids.formUnion(own)
                count += own.count
                #expect(own.allSatisfy { DicomUID($0) != nil })
            }
        }
        #expect(uids.count == count)
    }

    @Test("a pinned study keeps its bytes from version to version")
    func pinned() throws {
        let study = try StudyMaker(SynthesisOptions(seed: 1, size: 64)).make(0)
        let digest = Digest(of: study.images.flatMap(\.bytes))
        #expect(digest.hex.prefix(16) == "daf58293433fcbbd")
    }

    @Test("an event is one that a worker takes")
    func event() throws {
        let blueprint = Blueprint(SynthesisOptions(seed: 5), number: 3)
        let message = StudyMessage(
            blueprint, paths: ["/in put/ä.dcm"], eventID: "e-1", priority: blueprint.clinic.priority
        )
        let record = message.record(topic: "radiology.study.received.v1")
        let event = try StudyEventDecoder().decode(
            InboundRecord(
                position: RecordPosition(topic: record.topic, partition: 0, offset: 0),
                key: record.key, value: record.value, headers: record.headers, timestamp: nil))
        #expect(event.study.sensitiveValue == blueprint.studyUID)
        #expect(event.priority == blueprint.clinic.priority)
        #expect(event.id == "e-1")
        #expect(try FileURI.path(of: event.instances[0].uri) == Array("/in put/ä.dcm".utf8))
    }

    @Test("the truth's row and line say the same, and the bundle holds order, images and values")
    func truth() throws {
        let maker = StudyMaker(SynthesisOptions(seed: 8, size: 64))
        let columns = TruthRow.csvHeader.split(separator: ",").map(String.init)
        for number in 0..<12 {
            let study = try maker.make(number)
            let row = TruthRow(study)
            let fields = row.csv.split(separator: ",", omittingEmptySubsequences: false)
            #expect(fields.count == columns.count)
            #expect(
                fields.prefix(3).map(String.init) == [
                    study.blueprint.studyUID, String(number), study.blueprint.patient.id,
                ])
            for kind in FindingKind.allCases {
                let column = try #require(columns.firstIndex(of: kind.rawValue))
                let label = row.json["labels"]?[kind.rawValue]?.intValue
                #expect(label.map(String.init) == String(fields[column]))
            }
            let masks = row.json["findings"]?.arrayValue?.compactMap { $0["masks"]?.arrayValue }
            #expect(masks?.allSatisfy { !$0.isEmpty } == true)
            let bundle = FhirContext.bundle(study)
            let types = bundle["entry"]?.arrayValue?.compactMap {
                $0["resource"]?["resourceType"]?.stringValue
            }
            #expect(types?.prefix(3) == ["Patient", "ServiceRequest", "ImagingStudy"])
            #expect(types?.filter { $0 == "Observation" }.count == Measurement.Kind.allCases.count)
        }
    }
}
