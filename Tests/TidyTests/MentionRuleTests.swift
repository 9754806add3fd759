import Testing

/// The rule that what a text names is there, on texts that break it and on texts that do not.
struct MentionRuleTests {
    private static let program = [
        SourceFile(
            path: "Sources/vigil/A.swift",
            text: """
                CommandSpecification(
                    name: "config print", summary: "")
                CommandSpecification(name: "worker", summary: "")
                OptionSpecification("list", value: "X", "")
                """),
        SourceFile(
            path: "Sources/Settings/Table/SettingKey.swift",
            text: "case batchSizeMax = \"batch.size-max\""),
        SourceFile(
            path: "Sources/Telemetry/Metrics/A.swift", text: ".init(\"vigil_lag\", .gauge, \"\")"),
        SourceFile(
            path: "Sources/Settings/Layers/EnvironmentLayer.swift", text: "\"VIGIL_CACHE\""),
    ]

    private func faults(_ text: String, path: String = "Sources/Wire/A.swift") -> [Int] {
        let rule = MentionRule.rule(for: Self.program) { $0 == "Deploy/test" }
        return rule(SourceFile(path: path, text: text)).map(\.line)
    }

    @Test(
        "a name that is not there is found in a text of the sources, also where it is broken",
        arguments: [
            "\"'vigil config list' shows all\"", "\"see vigil doctor\"", "\"set batch.size\"",
            "\"read vigil_lags\"", "\"run Deploy/tests\"", "\"give --lists\"",
            "\"VIGIL_CASH=/c\"", "\"see vigil \" + \"doctor\"",
            "\"see 'vigil config \"\n+ \"list'\"",
            "\"\"\"\nsee vigil \\\ndoctor\n\"\"\"", "\"\\(x ? \"vigil doctor\" : \"\")\"",
        ])
    func missing(text: String) { #expect(!faults(text).isEmpty) }

    @Test(
        "a name that is there is taken, and so is a sentence of Vigil",
        arguments: [
            "\"'vigil config print --list' shows all\"", "\"set batch.size-max\"",
            "\"read vigil_lag\"", "\"run Deploy/test\"", "\"VIGIL_BATCH__SIZE_MAX=1\"",
            "\"VIGIL_CACHE=/c\"", "\"see vigil config\"", "// see vigil doctor\nlet a = 1",
            "\"vigil_lag_sum and batch.json\"",
        ])
    func present(text: String) { #expect(faults(text) == []) }

    @Test("a page's commands, options, links and names are looked at, and not its sentences")
    func pages() {
        func page(_ text: String) -> [Int] { faults(text, path: "Deploy/A.md") }
        #expect(page("run `vigil doctor`") == [1])
        #expect(page("\n    vigil worker --lists x") == [2])
        #expect(page("[x](tests)") == [1])
        #expect(page("[x](../Deploy/test#a) and [y](test) and [z](https://a.b)") == [])
        #expect(page("the work of vigil held well; git log --oneline") == [])
        #expect(page("`batch.size` is gone") == [1])
    }
}
