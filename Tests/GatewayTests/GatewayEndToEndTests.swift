import BrokerTestKit
import FileKit
import Files
import Foundation
import KafkaTransport
import LoopbackKit
import Testing
import VigilCore
import Wire

/// The program on a real broker, with counterparts that fail, killed again and again. The long form
/// of Deploy/bench/gateway asks for more by variables.
@Suite(
    .serialized,
    .enabled(if: BuiltPrograms.path("vigil-gateway") != nil, "\(BuiltPrograms.howToBuild)"),
    .enabled(if: !BrokerKind.available.isEmpty, "\(BrokerKind.demo.howToGet)"),
    .timeLimit(.minutes(120)))
struct GatewayEndToEndTests {
    private static func number(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    @Test("every finding is delivered, in order and under one id, whatever fails and dies")
    func everything() throws {
        let studies = Self.number("VIGIL_GATEWAY_STUDIES", 12)
        let kills = Self.number("VIGIL_GATEWAY_KILLS", 3)
        let scene = try GatewayScene(troubles: 0.05)
        // Of each study three records: a first, a revision and what ends it.
        let shapes: [MadeFinding.Shape] = [.flagged, .calibrated, .abstained, .notAssessed]
        try scene.sendStudies(1...studies)
        for number in 1...3 {
            try scene.send(
                (1...studies).map { study in
                    let shape = number == 1 ? shapes[study % 4] : number == 2 ? .revised : .flagged
                    let isLast = number == 3 && study % 3 == 0
                    return MadeFinding.make(
                        isLast ? .withdrawn : shape, study: study, revision: number)
                })
        }
        var random = SplitMix64(seed: 1)
        for _ in 0..<kills {
            let gateway = try scene.start()
            Thread.sleep(forTimeInterval: 0.2 + random.unit() * min(2, Double(studies) / 150))
            gateway.kill()
        }
        let gateway = try scene.start()
        try scene.await(messages: 3 * studies, within: .seconds(60 + studies / 5))
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
        try expectDelivered(scene, studies: studies)
        #expect(try scene.deadLetters().isEmpty)
        try scene.report(kills: kills)
    }

    private func expectDelivered(_ scene: GatewayScene, studies: Int) throws {
        let held = try scene.server.held()
        let reports = held.filter { $0.type == "DiagnosticReport" }
        #expect(reports.count == studies)
        let names = reports.compactMap {
            $0.newest["imagingStudy"]?.arrayValue?.first?["identifier"]?["value"]?.stringValue
        }
        #expect(Set(names).count == studies)
        for report in reports {
            let numbers = report.versions.compactMap {
                $0["extension"]?.arrayValue?.first?["valuePositiveInt"]?.intValue
            }
            #expect(numbers == numbers.sorted() && numbers.last == 3)
        }
        let withdrawn = reports.count { $0.status == "entered-in-error" }
        #expect(withdrawn == studies / 3)
        // One message has one id, and was acknowledged by its receiver itself.
        let messages = try scene.messages()
        #expect(
            Dictionary(grouping: messages, by: \.id).allSatisfy { _, all in
                Set(all.map(\.digest)).count == 1
            })
        #expect(Set(messages.filter { $0.answer == "AA" }.map(\.id)).count == 3 * studies)
    }

    @Test(
        "what nobody can take becomes a dead letter, and no patient is named there"
    )
    func deadLetters() throws {
        let scene = try GatewayScene(troubles: 0, studyWait: "1")
        try scene.sendStudies(1...2)
        // One that no event names, one whose file is another's, one whose patient has no number.
        try scene.sendStudy(3, file: 4)
        try scene.sendStudy(5, patient: "")
        try scene.send(
            (1...6).filter { $0 != 4 }.map { MadeFinding.make(.flagged, study: $0) })
        let gateway = try scene.start()
        try scene.await(messages: 2, within: .seconds(60))
        let letters = try scene.await(deadLetters: 6)
        #expect(gateway.stop() == 0, "\(gateway.log.suffix(4))")
        let reasons = Set(letters.compactMap { $0["reason"]?.stringValue })
        #expect(reasons == ["study_unknown", "study_foreign", "patient_unknown"])
        #expect(letters.allSatisfy { $0["delivery_id"]?.stringValue != nil })
        let told = letters.map { JSONWriter.text($0) } + gateway.log
        let canaries = ["Canary", "PAT-", "ACC-", "1.2.826.0.1.3680043.8.498.77"]
        for text in told { #expect(!canaries.contains { text.contains($0) }) }
    }
}
