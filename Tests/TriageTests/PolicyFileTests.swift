import Testing
import Triage
import VigilCore

/// The rules as an operator writes them.
struct PolicyFileTests {
    private func read(_ text: String) throws -> TriagePolicy {
        try TriagePolicy(
            json: try JSONParser.parse(Array(text.utf8)), deadlines: ClinicalDeadlines(),
            unvalidatedMayRaise: false)
    }

    @Test("a table is read")
    func valid() throws {
        let policy = try read(
            #"{"version":"site-7","standard_threshold":0.6,"operating_points":"#
                + #"[{"code":"pneumothorax","threshold":0.31,"priority":"stat"}]}"#)
        #expect(policy.version == "site-7")
        #expect(policy.standardThreshold == 0.6)
        #expect(policy.operatingPoints["pneumothorax"]?.threshold == 0.31)
        #expect(policy.operatingPoints["pneumothorax"]?.priority == .stat)
    }

    @Test(
        "a wrong table is refused with a remedy",
        arguments: [
            "[]", "{}", #"{"version":"1"}"#, #"{"version":1,"operating_points":[]}"#,
            #"{"version":"","operating_points":[]}"#, #"{"version":"1","operating_points":{}}"#,
            #"{"version":"1","operating_points":[],"more":1}"#,
            #"{"version":"1","operating_points":[],"standard_threshold":1}"#,
            #"{"version":"1","operating_points":[{"code":"a","threshold":0.5}]}"#,
            #"{"version":"1","operating_points":[{"code":"","threshold":0.5,"priority":"stat"}]}"#,
            #"{"version":"1","operating_points":[{"code":"a","threshold":1,"priority":"stat"}]}"#,
            #"{"version":"1","operating_points":[{"code":"a","threshold":0.5,"priority":"now"}]}"#,
            #"{"version":"1","operating_points":[{"code":"a","threshold":0.5,"priority":"stat","#
                + #""x":1}]}"#,
            #"{"version":"1","operating_points":[{"code":"a","threshold":0.5,"priority":"stat"},"#
                + #"{"code":"a","threshold":0.6,"priority":"stat"}]}"#,
        ])
    func invalid(text: String) {
        let error = #expect(throws: TriageError.self) { try read(text) }
        #expect(error?.disposition == .shutDown(.config))
        #expect(error?.remedy.text.contains("operating_points") == true)
    }
}
