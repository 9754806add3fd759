import Foundation
import Testing
import VigilCore

@testable import Evaluation

/// Truth tables and runs, good and bad.
struct TableTests {
    private func table(_ text: String) throws -> TruthTable {
        try TruthTable(Array(text.utf8), file: "truth")
    }

    private func run(_ truth: TruthTable, _ text: String, head: String? = nil) throws -> ModelRun {
        var run = ModelRun(truth, head: head, file: "run")
        try run.add(Array(text.utf8))
        return run
    }

    @Test("CSV is read with quotes, CRLF, a byte order mark and empty lines")
    func csv() throws {
        let truth = try table(
            "\u{feff}study,patient,\"effusion\"\r\n\"a,\"\"1\"\"\",p1,1\r\n\r\nb, p2 ,\n")
        #expect(truth.columns == ["study", "patient", "effusion"])
        #expect(truth.cell(0, .study) == "a,\"1\"")
        #expect(truth.patient(1) == "patient p2")
        #expect(try truth.labels("effusion") == [true, nil])
    }

    @Test("JSON lines give columns from members, nested ones too")
    func jsonLines() throws {
        let truth = try table(
            """
            {"study_id":"a","labels":{"effusion":1,"nodule":null},"sex":"F"}
            {"study_id":"b","labels":{"nodule":false},"age":40}

            """)
        #expect(truth.columns == ["study_id", "effusion", "nodule", "sex", "age"])
        #expect(try truth.labels("nodule") == [nil, false])
        #expect(try truth.labels("effusion") == [true, nil])
        #expect(truth.cell(1, "age") == "40")
    }

    @Test("a line of vigil synth gives its labels, patient and subgroups")
    func synthetic() throws {
        let truth = try table(
            """
            {"study":"1.2","patient":{"id":"p","sex":"F"},"labels":{"effusion":1},\
            "findings":[{"kind":"effusion"}],"prior":{"study":"1.1","days_before":3}}
            """)
        #expect(
            truth.columns == [
                "study", "patient", "sex", "effusion", "prior.study", "prior.days_before",
            ])
        #expect(truth.patient(0) == "patient p")
        let numbered = StudyMatcher(try table("study,number\n1.2,7\n1.3,8\n"))
        #expect(numbered.row(file: "/s/dicom/000008/pa.dcm") == 1)
        #expect(numbered.row(file: "/s/dicom/000009/pa.dcm") == nil)
    }

    @Test(
        "a bad table is refused by line and column, and no value of it is repeated",
        arguments: [
            ("study,effusion\nMaria,1\nJose,maybe\n", "truth, line 3, column effusion"),
            ("study,effusion\nMaria,1\nMaria,0\n", "truth, line 3, column study"),
            ("study,effusion\nMaria\n", "truth, line 2: it has 1 fields, the heading 2"),
            ("Maria,1\nJose,0\n", "truth has no column study or study_id or study_uid or file or"),
            ("study,effusion\n\"Maria,1\n", "line 3: the text ends within quotation marks"),
            ("study,study\nMaria,1\n", "line 1: two columns have one name"),
            (
                "{\"study\":\"Maria\",\"sex\":1,\"labels\":{\"sex\":1}}",
                "line 1: a column's name is there twice"
            ),
            ("{\"study\":\"Maria\"", "truth, line 1: Not JSON"),
        ])
    func refused(text: String, expected: String) throws {
        let error = #expect(throws: EvaluationError.self) {
            _ = try self.table(text).labels("effusion")
        }
        let shown = "\(error?.description ?? "")"
        #expect(shown.contains(expected), "\(shown)")
        #expect(!shown.contains("Maria") && !shown.contains("Jose"))
        #expect(error?.disposition == .shutDown(.dataError))
    }

    @Test("a line of infer finds its study by path, name, stem or folder")
    func matching() throws {
        let truth = try table(
            "study,file,effusion\ns1,/data/one.dcm,1\ns2,two.dcm,0\ns3,,1\ns4,,0\n")
        let names = ["/data/one.dcm", "elsewhere/two.dcm", "/x/s3.dcm", "/x/s4/1.dcm", "/x/y.dcm"]
        let lines = names.map { "{\"file\":\"\($0)\",\"scores\":{\"effusion\":0.5}}" }
        let run = try run(truth, lines.joined(separator: "\n"))
        #expect(run.studies.allSatisfy { $0?.scores["effusion"] == 0.5 })
        #expect(run.unmatched == 1)
    }

    @Test("a column of files does without one of studies, and fills in where a study is not told")
    func filesAlone() throws {
        let truth = try table("file,effusion\n/data/one.dcm,1\ntwo.dcm,0\n")
        let lines = ["/data/one.dcm", "elsewhere/two.dcm"].map {
            "{\"file\":\"\($0)\",\"scores\":{\"effusion\":0.5}}"
        }
        let run = try run(truth, lines.joined(separator: "\n"))
        #expect(run.studies.allSatisfy { $0 != nil } && run.unmatched == 0)
        #expect(truth.patients() == [0, 1])
        let mixed = try table("study,file,effusion\ns1,,1\n,two.dcm,0\n")
        #expect([0, 1].map { mixed.name($0) } == ["s1", "two.dcm"])
        #expect(throws: EvaluationError.self) { try self.table("file,effusion\na,1\na,0\n") }
        #expect(throws: EvaluationError.self) { try self.table("file,effusion\n,1\n") }
    }

    @Test("a study's files give its greatest score, and a repeated file its latest")
    func severalFiles() throws {
        let truth = try table("study,effusion\ns,1\n")
        let run = try run(
            truth,
            """
            {"file":"s/1.dcm","scores":{"effusion":0.9}}
            {"file":"s/2.dcm","scores":{"effusion":0.3}}
            {"file":"s/1.dcm","scores":{"effusion":0.2}}
            {"file":"s/3.dcm","error":{"code":"x"}}
            """)
        #expect(run.studies[0]?.scores["effusion"] == 0.3)
        #expect(run.failed == 1)
    }

    @Test("a head's scores stand in for those the model does not give, or are asked for by name")
    func heads() throws {
        let truth = try table("study,effusion,nodule\ns,1,0\n")
        let line = """
            {"file":"s","scores":{"effusion":0.1},
             "heads":{"probe":{"effusion":0.8,"nodule":0.7}}}
            """.replacing("\n", with: "")
        #expect(
            try run(truth, line).studies[0]?.scores == ["effusion": 0.1, "nodule": 0.7])
        #expect(
            try run(truth, line, head: "probe").studies[0]?.scores
                == ["effusion": 0.8, "nodule": 0.7])
        #expect(try run(truth, line, head: "other").studies[0]?.scores == [:])
    }

    @Test("finding records give scores, times and priority, and two models are refused")
    func findings() throws {
        func record(_ id: String, _ score: Double, _ model: String) -> String {
            """
            {"finding_id":"\(id)","study":{"uid":"1.2"},"effective_priority":"urgent",\
            "findings":[{"code":"effusion","probability":\(score),"threshold":0.4}],\
            "model":{"digest":"\(model)"},"run":{"timeline":\
            {"available":"2026-11-24T05:00:00Z"},"time_to_notification_ms":{"total":1500}}}
            """
        }
        let truth = try table("study,effusion\n1.2,1\n1.3,0\n")
        let text = [record("a", 0.9, "m"), record("a", 0.8, "m")].joined(separator: "\n")
        let study = try run(truth, text).studies[0]
        #expect(study?.scores["effusion"] == 0.8)
        #expect(study?.rank == 1)
        #expect(study?.notification == 1.5)
        #expect(study?.available == Timestamp(rfc3339: "2026-11-24T05:00:00Z"))
        #expect(throws: EvaluationError.severalModels(file: "run", count: 2)) {
            try run(truth, text + "\n" + record("b", 0.1, "other"))
        }
        #expect(throws: EvaluationError.self) {
            try run(truth, "{\"file\":\"1.2\",\"scores\":{\"effusion\":1.5}}")
        }
    }
}
