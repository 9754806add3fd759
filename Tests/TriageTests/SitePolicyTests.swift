import Testing
import Triage
import VigilCore

/// What a site writes of findings.
struct SitePolicyTests {
    private func rules(_ members: String, site: String? = nil) throws -> TriageRules {
        let text = #"{"schema":"vigil.triage/1","version":"7""# + members + "}"
        return try TriageRules(SitePolicy(Array(text.utf8), file: "/etc/site.json"), site: site)
    }

    private func policy(
        _ rules: TriageRules, _ questions: FindingQuestion...
    ) throws -> TriagePolicy {
        try TriagePolicy(
            questions, rules: rules, deadlines: ClinicalDeadlines(), unvalidatedMayRaise: false)
    }

    private let example = #"""
        ,"own":{"gastric_band":{"priority":"asap","threshold":0.4},"scar":{"priority":"routine"}},
        "default":{"pneumothorax":{"threshold":0.31},"effusion":{"priority":"asap"},
                   "probe/nodule":{"threshold":0.02}},
        "sites":{"north":{"pneumothorax":{"priority":"urgent"},"scar":{"threshold":0.9}}}
        """#

    @Test("what a site leaves out stays as all have it, and as the table has it")
    func layers() throws {
        let all = try rules(example)
        let north = try rules(example, site: "north")
        func row(_ rules: TriageRules, _ code: String) throws -> TriageRules.Row {
            try #require(rules.row(of: code))
        }
        let general = try row(all, "pneumothorax")
        #expect(general.threshold == 0.31 && general.thresholdFrom == .policy)
        #expect(general.priority == .stat && general.priorityFrom == .table)
        let sites = try row(north, "pneumothorax")
        #expect(sites.threshold == 0.31 && sites.thresholdFrom == .policy)
        #expect(sites.priority == .urgent && sites.priorityFrom == .site)
        // By whatever name a model and the file call it.
        #expect(try row(all, "effusion").code == "pleural_effusion")
        #expect(try row(all, "pleural_effusion").priority == .asap)
        let own = try row(all, "gastric_band")
        #expect(own.priority == .asap && own.threshold == 0.4 && own.thresholdFrom == .own)
        #expect(own.concept == nil)
        #expect(try row(all, "scar").threshold == FindingTable.standardThreshold)
        #expect(try row(north, "scar").threshold == 0.9)
        #expect(try row(all, "fracture").priorityFrom == .table)
        #expect(all.rows.count == FindingTable.concepts.count + 2)
        #expect(all.version == "vigil-1+7" && north.version == "vigil-1+7@north")
        #expect(all.headRules.map(\.name) == ["probe/lung_nodule"])
    }

    @Test("a site's threshold and priority decide, and an order is never lowered")
    func decisions() throws {
        let question = FindingQuestion("effusion", place: "a test")
        let images = [
            ImageScores(
                instance: 0, frame: 0,
                findings: [
                    FindingScore(
                        code: "effusion", label: "E", probability: 0.3, logitDifference: 0)
                ])
        ]
        let table = try policy(try TriageRules(), question)
        let site = try policy(
            rules(#","default":{"pleural_effusion":{"threshold":0.3,"priority":"stat"}}"#),
            question)
        let less = try policy(
            rules(#","default":{"pleural_effusion":{"threshold":0.3,"priority":"routine"}}"#),
            question)
        for ordered in Priority.allCases {
            let before = table.assess(images, ordered: ordered, isValidated: true)
            #expect(before.effective == ordered && !before.findings[0].isPositive)
            let after = site.assess(images, ordered: ordered, isValidated: true)
            #expect(after.effective == .stat && after.findings[0].threshold == 0.3)
            let lower = less.assess(images, ordered: ordered, isValidated: true)
            #expect(lower.effective == ordered && lower.findings[0].isPositive)
        }
    }

    @Test("the digest follows thresholds, priorities and the site, and not the order of members")
    func digest() throws {
        let question = FindingQuestion("pneumothorax", place: "a test")
        func digest(_ members: String, site: String? = nil) throws -> Digest {
            try policy(rules(members, site: site), question).digest
        }
        let sites = #","sites":{"a":{"fracture":{"threshold":0.2}},"b":{}}"#
        let rows = [
            #""pneumothorax":{"threshold":0.4,"priority":"stat"}"#, #""mass":{"threshold":0.2}"#,
        ]
        let digests = try [
            policy(TriageRules(), question).digest, digest(""), digest(sites, site: "a"),
            digest(sites, site: "b"), digest(#","default":{\#(rows[0])}"#),
            digest(#","default":{\#(rows.joined(separator: ","))}"#),
            digest(#","default":{"pneumothorax":{"threshold":0.41,"priority":"stat"}}"#),
            digest(#","default":{"pneumothorax":{"threshold":0.4,"priority":"urgent"}}"#),
            digest(#","default":{"mass":{"threshold":0.2}}"#),
            digest(#","own":{"scar":{"priority":"asap"}}"#),
        ]
        #expect(Set(digests).count == digests.count)
        #expect(
            try digest(#","default":{\#(rows[1]),\#(rows[0])}"#) == digests[5])
        #expect(
            try digest(#","default":{"pneumothorax":{"priority":"stat","threshold":0.40}}"#)
                == digests[4])
    }

    @Test("a head's operating point stands, unless the file speaks of that head")
    func heads() throws {
        let nodule = FindingQuestion(
            "nodule", head: "probe", operatingPoint: 0.07, place: "the head probe")
        func point(_ rules: TriageRules) throws -> OperatingPoint? {
            try policy(rules, nodule).operatingPoints["probe/nodule"]
        }
        #expect(try point(TriageRules())?.threshold == 0.07)
        #expect(try point(TriageRules())?.priority == .asap)
        #expect(try point(rules(#","default":{"nodule":{"priority":"stat"}}"#))?.priority == .stat)
        let both = try rules(
            #","default":{"nodule":{"threshold":0.5},"probe/nodule":{"threshold":0.02}}"#)
        #expect(try point(both)?.threshold == 0.02)
        let error = #expect(throws: TriageError.self) {
            try point(self.rules(#","default":{"nodule":{"threshold":0.5}}"#))
        }
        #expect(error?.code == "triage_threshold_of_head")
        #expect(error?.remedy.text.contains("probe/nodule") == true)
        let unknown = #expect(throws: TriageError.self) {
            try self.rules(self.example).checkHeads(loaded: ["probe-2"])
        }
        #expect(unknown?.code == "triage_unknown_head")
        #expect(throws: Never.self) { try self.rules(self.example).checkHeads(loaded: ["probe"]) }
    }

    @Test("a head of an earlier version that states another priority needs a word")
    func statedPriorities() throws {
        func question(_ stated: Priority) -> FindingQuestion {
            FindingQuestion("effusion", head: "old", statedPriority: stated, place: "the head old")
        }
        #expect(throws: Never.self) { try self.policy(TriageRules(), question(.urgent)) }
        let error = #expect(throws: TriageError.self) {
            try self.policy(TriageRules(), question(.asap))
        }
        #expect(error?.code == "triage_priority_of_head")
        #expect(error?.what.text.contains("asap") == true)
        for word in ["effusion", "old/effusion"] {
            let said = try rules(#","default":{"\#(word)":{"priority":"stat"}}"#)
            #expect(
                try policy(said, question(.asap)).operatingPoints["old/effusion"]?.priority == .stat
            )
        }
    }

    @Test("a code that nobody knows is named with its place, and the site's own is taken")
    func unknown() throws {
        let questions = ["pneumothorax", "unicorn", "griffin"].map {
            FindingQuestion($0, place: "labels of config.json of /models/x")
        }
        let error = #expect(throws: TriageError.self) {
            try TriagePolicy(
                questions, rules: TriageRules(), deadlines: ClinicalDeadlines(),
                unvalidatedMayRaise: false)
        }
        #expect(error?.code == "triage_unknown_codes")
        #expect(error?.disposition == .shutDown(.config))
        for word in ["unicorn, griffin", "config.json of /models/x", "2 of the findings"] {
            #expect(error?.what.text.contains(word) == true, "\(error?.what.text ?? "")")
        }
        #expect(error?.remedy.text.contains("triage.policy") == true)
        let known = try rules(
            #","own":{"unicorn":{"priority":"stat"},"griffin":{"priority":"asap"}}"#)
        #expect(throws: Never.self) { try self.policy(known, questions[1], questions[2]) }
    }

    @Test(
        "a wrong file is refused with its name, the member and a remedy",
        arguments: [
            (#","rules":{}"#, "has a member rules"),
            (#","own":[]"#, "own is no object"),
            (#","default":1"#, "default is no object"),
            (#","sites":"north""#, "sites is no object"),
            (#","sites":{"":{}}"#, "sites names a site by no text"),
            (#","sites":{"north":[]}"#, "sites.north is no object"),
            (
                #","default":{"pneumothroax":{"threshold":0.4}}"#,
                "default.pneumothroax is no finding"
            ),
            (#","default":{"fracture":{}}"#, "default.fracture says neither"),
            (#","default":{"fracture":0.4}"#, "default.fracture is no object"),
            (#","default":{"fracture":{"treshold":0.4}}"#, "has a member treshold"),
            (
                #","default":{"fracture":{"threshold":0}}"#,
                "default.fracture.threshold is no number"
            ),
            (
                #","default":{"fracture":{"threshold":1}}"#,
                "default.fracture.threshold is no number"
            ),
            (#","default":{"fracture":{"threshold":-0.1}}"#, "default.fracture.threshold"),
            (#","default":{"fracture":{"threshold":1.5}}"#, "default.fracture.threshold"),
            (#","default":{"fracture":{"threshold":0.99999999999}}"#, "default.fracture.threshold"),
            (#","default":{"fracture":{"threshold":1e-60}}"#, "default.fracture.threshold"),
            (#","default":{"fracture":{"threshold":"0.4"}}"#, "default.fracture.threshold"),
            (#","default":{"fracture":{"threshold":null}}"#, "default.fracture.threshold"),
            (
                #","default":{"fracture":{"priority":"now"}}"#,
                "default.fracture.priority is not stat"
            ),
            (#","default":{"fracture":{"priority":"STAT"}}"#, "default.fracture.priority"),
            (#","default":{"fracture":{"priority":1}}"#, "default.fracture.priority"),
            (#","default":{"/fracture":{"threshold":0.4}}"#, "default./fracture names no head"),
            (
                #","default":{"probe/unicorn":{"threshold":0.4}}"#,
                "default.probe/unicorn is no finding"
            ),
            (
                #","default":{"effusion":{"threshold":0.4},"pleural_effusion":{"threshold":0.5}}"#,
                "default.pleural_effusion means pleural_effusion, of which another"
            ),
            (#","own":{"Gastric Band":{"priority":"asap"}}"#, "own.Gastric Band is no code"),
            (#","own":{"fracture":{"priority":"asap"}}"#, "own.fracture is the table's fracture"),
            (
                #","own":{"oedema":{"priority":"asap"}}"#,
                "own.oedema is the table's pulmonary_edema"
            ),
            (#","own":{"gastric_band":{"threshold":0.5}}"#, "own.gastric_band has no priority"),
            (#","sites":{"a":{"unicorn":{"priority":"asap"}}}"#, "sites.a.unicorn is no finding"),
        ])
    func wrong(members: String, reason: String) {
        let error = #expect(throws: TriageError.self) { try self.rules(members) }
        #expect(error?.code == "triage_bad_policy")
        #expect(error?.disposition == .shutDown(.config))
        let words = error?.what.text ?? ""
        #expect(words.contains("/etc/site.json") && words.contains(reason), "\(words)")
        #expect(error?.remedy.text.contains("vigil triage show") == true)
    }

    @Test(
        "what is no such file at all is refused",
        arguments: [
            ("", "triage_policy_unreadable"), ("{", "triage_policy_unreadable"),
            ("version: 7", "triage_policy_unreadable"),
            (#"{"schema":"vigil.triage/1","version":NaN}"#, "triage_policy_unreadable"),
            (#"{"version":"1","version":"2"}"#, "triage_policy_unreadable"),
            ("[]", "triage_bad_policy"), ("{}", "triage_bad_policy"),
            (#"{"schema":"vigil.triage/2","version":"1"}"#, "triage_bad_policy"),
            (#"{"schema":"vigil.triage/1"}"#, "triage_bad_policy"),
            (#"{"schema":"vigil.triage/1","version":7}"#, "triage_bad_policy"),
            (#"{"schema":"vigil.triage/1","version":""}"#, "triage_bad_policy"),
        ])
    func noPolicy(text: String, code: String) {
        let error = #expect(throws: TriageError.self) {
            try SitePolicy(Array(text.utf8), file: "/etc/site.json")
        }
        #expect(error?.code.text == code)
        #expect(error?.what.text.contains("/etc/site.json") == true)
    }

    @Test("bytes that are no text and a file that is too long are refused without a trap")
    func hostile() {
        let nested = Array(repeating: UInt8(ascii: "["), count: 100_000)
        for bytes in [
            [0xff, 0xfe], nested, [UInt8](repeating: 0x20, count: SitePolicy.bytesMax + 1),
        ] {
            let error = #expect(throws: TriageError.self) { try SitePolicy(bytes, file: "f") }
            #expect(error?.code == "triage_policy_unreadable")
        }
    }

    @Test("a site that the file does not have is refused with those that it has")
    func unknownSite() {
        let error = #expect(throws: TriageError.self) {
            try self.rules(self.example, site: "south")
        }
        #expect(error?.code == "triage_unknown_site")
        #expect(error?.what.text.contains("south") == true)
        #expect(error?.what.text.contains("sites: north") == true)
    }
}
