import BrokerTestKit
import Foundation
import LoopbackKit
import Testing
import VigilCore

/// The page in a browser: the long form, that Deploy/bench/page asks for by variables. What is
/// measured is judged there.
@Suite(
    .enabled(if: BrowserVariables.python != nil, "not tested: run Deploy/bench/page"),
    .enabled(if: BuiltPrograms.path("vigil-page") != nil, "\(BuiltPrograms.howToBuild)"),
    .enabled(if: !BrokerKind.available.isEmpty, "\(BrokerKind.demo.howToGet)"),
    .timeLimit(.minutes(20)))
struct PageBrowserTests {
    @Test("a browser shows all studies, an urgent one as it comes, and nothing that is not its own")
    func browser() throws {
        let studies = Int(BrowserVariables.studies ?? "") ?? 100
        let scene = try PageScene()
        let priorities: [Priority] = [.routine, .routine, .asap, .routine, .urgent, .routine]
        let time = SystemTime.now
        try scene.send(
            (1...studies).map { study in
                MadeRecord.make(
                    study, ordered: priorities[study % priorities.count],
                    effective: study % 50 == 0 ? .stat : nil,
                    deadline: study % 3 == 0 ? time.later(by: .seconds(study)) : nil,
                    published: time.later(by: .seconds(-study)), isAssessed: study % 20 != 0)
            })
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: try #require(BrowserVariables.python))
        process.arguments = [
            root + "/Deploy/bench/page.d/browser.py", String(scene.port), String(studies),
            try #require(BrowserVariables.report),
            try #require(BrowserVariables.pictures),
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Empty where the browser ended before.
        if !output.fileHandleForReading.availableData.isEmpty {
            try scene.send([
                MadeRecord.make(
                    studies + 1, effective: .stat,
                    deadline: SystemTime.now.later(by: .seconds(600)), published: SystemTime.now)
            ])
            let committed = "\(SystemTime.now.milliseconds)\n"
            try input.fileHandleForWriting.write(contentsOf: Data(committed.utf8))
        }
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "see the report")
        scene.stop()
    }
}

/// What Deploy/bench/page says.
private enum BrowserVariables {
    private static let all = ProcessInfo.processInfo.environment
    static let python = all["VIGIL_PAGE_PYTHON"]
    static let studies = all["VIGIL_PAGE_STUDIES"]
    static let report = all["VIGIL_PAGE_REPORT"]
    static let pictures = all["VIGIL_PAGE_PICTURES"]
}

/// The time of day.
private enum SystemTime {
    static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
