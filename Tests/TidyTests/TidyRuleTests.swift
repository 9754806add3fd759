import Testing

/// Each rule on a made-up snippet that breaks it, and on one that does not: a rule that cannot fail
/// holds nothing.
struct TidyRuleTests {
    private func lines(
        _ rule: (SourceFile) -> [Finding], _ text: String,
        path: String = "Sources/Edge/Wire/A.swift"
    ) -> [Int] {
        rule(SourceFile(path: path, text: text)).map(\.line)
    }

    @Test("code is told from comments and texts")
    func lexer() {
        let code = SourceFile(
            path: "A.swift",
            text: ##"""
                let a = "try! \(f("as!") + g()) print(" // try!
                let b = #"\(x) " as! "# + c /* print( */ + d
                let e = """
                    print( \(call(1)) try!
                    """; f()
                """##
        ).code.joined(separator: "\n")
        #expect(!code.contains("try!") && !code.contains("as!") && !code.contains("print("))
        for word in ["f(", "g()", "+ c", "+ d", "call(1)", "; f()"] {
            #expect(code.contains(word), "\(word)")
        }
    }

    @Test("an import upwards is found")
    func layers() {
        #expect(lines(LayerRules.check, "package import Pipeline") == [1])
        #expect(lines(LayerRules.check, "import VigilCore\ninternal import CYaml") == [2])
        #expect(lines(LayerRules.check, "import Foundation") == [1])
        #expect(lines(LayerRules.check, "import VigilCore\nimport FoundationEssentials") == [])
        let tensor = "Sources/Engine/Tensor/A.swift"
        #expect(lines(LayerRules.check, "import FoundationEssentials", path: tensor) == [1])
        #expect(lines(LayerRules.check, "import struct Pipeline.Worker", path: tensor) == [1])
        #expect(lines(LayerRules.check, "import CKernels", path: tensor) == [])
        #expect(lines(LayerRules.check, "let x = 1", path: "Sources/Edge/New/A.swift") == [0])
    }

    @Test("decisions know nothing but values, and neither calls the system")
    func decisions() {
        #expect(PackageGraph.here.targets["WorkerCore"]?.dependencies == ["VigilCore"])
        // Digests are computed by a library.
        #expect(PackageGraph.here.targets["VigilCore"]?.dependencies == ["CCrypto"])
        for target in LayerRules.withoutSystem {
            let group = PackageGraph.here.targets[target]?.group ?? ""
            let path = "Sources/\(group)/\(target)/A.swift"
            #expect(lines(LayerRules.check, "internal import Glibc", path: path) == [1])
        }
    }

    @Test("Pipeline alone meets both Kafka and the model, and the commands")
    func meeting() {
        let both = PackageGraph.here.targets.filter {
            $0.value.group != nil
                && $0.value.dependencies.isSuperset(of: ["KafkaTransport", "FoundationModel"])
        }
        #expect(Set(both.keys) == ["Pipeline", "Commands", "vigil", "vigil-lab"])
    }

    @Test("of all programs vigil-lab and the encoder alone are built of the laboratory")
    func laboratory() {
        let graph = PackageGraph.here
        let ofLab = graph.products.keys.filter { product in
            graph.reached(by: product).contains { graph.targets[$0]?.group == "Lab" }
        }
        #expect(Set(ofLab) == ["vigil-lab", "vigil-dicom-encoder"])
        #expect(graph.reached(by: "vigil").isSuperset(of: ["Commands", "Pipeline", "CKernels"]))
        #expect(
            graph.reached(by: "vigil-lab").isSuperset(of: [
                "Conversion", "Synthesis", "CSynthesis", "Tuning", "Training", "Evaluation",
            ]))
    }

    @Test("the gateway holds no model, decodes no image and is no worker")
    func gateway() {
        let graph = PackageGraph.here
        let reached = graph.reached(by: "vigil-gateway")
        #expect(reached.isSuperset(of: ["Gateway", "FHIR", "HL7", "DicomNetwork"]))
        #expect(reached.isDisjoint(with: ["Imaging", "Pipeline", "Commands", "WorkerCore"]))
        #expect(!reached.contains { ["Engine", "Lab"].contains(graph.targets[$0]?.group) })
        #expect(!graph.reached(by: "vigil").contains("Gateway"))
    }

    @Test("the page holds no model, decodes no image, reads no study's file and is no worker")
    func page() {
        let graph = PackageGraph.here
        let reached = graph.reached(by: "vigil-page")
        #expect(reached.isSuperset(of: ["WorklistPage", "HTTPServer", "KafkaTransport"]))
        #expect(
            reached.isDisjoint(with: [
                "Imaging", "Pipeline", "Commands", "WorkerCore", "DicomNetwork", "StudyHeaders",
            ]))
        #expect(!reached.contains { ["Engine", "Lab"].contains(graph.targets[$0]?.group) })
        #expect(!graph.reached(by: "vigil").contains("WorklistPage"))
    }

    @Test("a dependency that points up, or that nothing imports, is found")
    func graph() {
        let graph = PackageGraph(targets: [
            "Wire": .init(group: "Edge", dependencies: ["VigilCore", "Triage"]),
            "Triage": .init(group: "Domain", dependencies: ["VigilCore"]),
            "VigilCore": .init(group: "Domain", dependencies: []),
        ])
        let files = [
            SourceFile(
                path: "Sources/Edge/Wire/A.swift", text: "import Triage\nimport VigilCore"),
            SourceFile(path: "Sources/Domain/Triage/B.swift", text: "let x = 1"),
        ]
        #expect(
            LayerRules.checkGraph(graph, files).map(\.advice) == [
                "Triage depends on VigilCore, which no file of it imports",
                "Wire of Edge depends on Triage of Domain, which is above",
            ])
    }

    @Test("a file or line beyond its bound is found, one on it is not")
    func sizes() {
        let longest = String(repeating: "x\n", count: 350)
        let kernel = "Sources/Engine/CKernels/a.c"
        #expect(lines(SizeRules.checkFile, longest) == [])
        #expect(lines(SizeRules.checkFile, longest + "x\n") == [0])
        #expect(lines(SizeRules.checkFile, longest + "x\n", path: kernel) == [])
        let wide = String(repeating: "x", count: 100)
        #expect(lines(SizeRules.checkLines, "\(wide)\n\(wide)x") == [2])
    }

    @Test("a long function is found in Swift and in C")
    func functions() {
        let body = String(repeating: "    a(\"{\") // }\n", count: 48)
        let fits = "struct A {\n    func f(_ x: () -> Void = {}) -> Int\n    where T: U {\n\(body)"
        let swift = { (text: String) in lines(SizeRules.checkFunctions, text) }
        #expect(swift("func f() {\n\(body)}\n") == [])
        #expect(swift("func f() {\n\(body)    a()\n}\n") == [1])
        #expect(swift("\(fits)    }\n}\n") == [2])
        #expect(swift("    package static func g<T>() {\n\(body)    x\n    }\n") == [1])
        #expect(swift("    init?() {\n\(body)    x\n    }\n") == [1])
        #expect(swift("protocol P {\n    func f()\n    func g()\n}\n\(body)\(body)") == [])
        let c = { (text: String) in
            lines(SizeRules.checkFunctions, text, path: "Sources/Engine/CKernels/a.c")
        }
        let statements = String(repeating: "    a();\n", count: 68)
        #expect(c("void f(int a)\n{\n\(statements)}\n") == [1])
        #expect(c("static void f(int a) {\n\(statements)}\n") == [])
        #expect(c("void f(int a);\nstruct s {\n\(statements)\(statements)};\n") == [])
    }

    @Test("a type that stores too much is found, and what it computes does not count")
    func types() {
        let stored = (0..<TypeRules.storedMax - 3).map { "    private(set) var a\($0): Int\n" }
        let body = """
                static let unit = 1
                var sum: Int { a0 + a1 }
                var all: [Int] {
                    let local = 1
                    return [local]
                }
                private struct Inner {
                    var own = 1
                }
                let (x, y): (Int, Int)
                let make: () -> Int

            """
        let check = { (text: String) in lines(TypeRules.checkStored, text) }
        #expect(check("struct A {\n\(stored.joined())\(body)}\n") == [])
        #expect(check("struct A {\n\(stored.joined())\(body)    var more = { 1 }()\n}\n") == [1])
        #expect(
            check(
                "final class A: B {\n\(stored.joined())\(body)    var z = 0 {\n"
                    + "        didSet { a() }\n    }\n}\n") == [1])
        #expect(check("enum A {\n\(stored.joined())\(stored.joined())}\n") == [])
    }

    @Test("a name that tests alone use is found, and one that is listed in vain")
    func testOnly() {
        let declared = SourceFile(
            path: "Sources/Edge/Wire/A.swift",
            text: "package struct A {\n    package var used: Int\n    package var seam: Int\n}\n")
        let user = SourceFile(
            path: "Sources/Worker/Pipeline/B.swift", text: "let b = A(used: 1)\n")
        let test = SourceFile(path: "Tests/WireTests/C.swift", text: "let c = b.used + b.seam\n")
        let files = [declared, user, test]
        func found(_ forTests: [String: String]) -> [Int] {
            UsageRules.names(in: files, forTests: forTests)(declared).map(\.line)
        }
        #expect(found([:]) == [3] && found(["seam": "a reason"]) == [])
        #expect(
            UsageRules.outdated(in: files, forTests: ["seam": "", "used": "", "gone": ""])
                == ["gone", "used"])
    }

    @Test("a name that nothing uses is found, and a setting that nothing reads")
    func usage() {
        let declared = SourceFile(
            path: "Sources/Edge/Wire/A.swift",
            text:
                "package struct A {\n    package var used: Int\n"
                + "    package static let dead = 1\n}\n"
        )
        let user = SourceFile(
            path: "Sources/Worker/Pipeline/B.swift", text: "let b = A(used: 1) // dead\n")
        #expect(UsageRules.names(in: [declared, user])(declared).map(\.line) == [3])
        let settings = SourceFile(
            path: "Sources/Edge/Settings/Settings+Values.swift",
            text: "extension Settings {\n    package var used: Int { 1 }\n"
                + "    package var dead: Int { 2 }\n}\n")
        #expect(UsageRules.settingsRead(in: [settings, user])(settings).map(\.line) == [3])
    }

    @Test("every banned call is found", arguments: WordRules.bans.indices)
    func bans(index: Int) {
        let call = WordRules.bans[index].call
        #expect(lines(WordRules.checkCalls, "let a = 1\n    \(call)x") == [2])
        #expect(lines(WordRules.checkCalls, "// \(call)\nlet a = \"\(call)\"") == [])
        #expect(lines(WordRules.checkCalls, "    \(call)x", path: "Tests/WireTests/A.swift") == [])
    }

    @Test("a banned call is told from the end of a longer name")
    func banNames() {
        #expect(lines(WordRules.checkCalls, "fingerprint(x); oversleep(1)") == [])
        #expect(lines(WordRules.checkCalls, "fingerprint(x); Task.sleep(1)") == [1])
        #expect(lines(WordRules.checkCalls, "sleep(1)\nfunc sleep(_ a: Int) {}") == [])
        let command = "Sources/Command/Commands/A.swift"
        #expect(lines(WordRules.checkCalls, "print(1)", path: command) == [])
    }

    @Test("words of unfinished work are found", arguments: WordRules.unfinished)
    func unfinished(word: String) {
        #expect(lines(WordRules.checkUnfinished, "a\n// \(word.lowercased()) it") == [2])
        #expect(lines(WordRules.checkUnfinished, word, path: "Deploy/run") == [1])
        #expect(lines(WordRules.checkUnfinished, "nothing left") == [])
    }

    @Test("a block comment is found")
    func blockComments() {
        #expect(lines(WordRules.checkBlockComments, "/* a\n   b\n */") == [1, 3])
        #expect(lines(WordRules.checkBlockComments, "// a /* b\nlet c = a*/b") == [])
    }

    @Test("a declaration without a comment is found")
    func documentation() {
        let rule = { (file: SourceFile) in DocumentationRule.check(file) }
        #expect(lines(rule, "package struct A {\n    package let b: Int\n}") == [1, 2])
        #expect(lines(rule, "/// A.\npackage struct A {\n    package let b: Int\n}") == [])
        #expect(
            lines(rule, "/// A.\npackage struct A {\n    /// B.\n    package let b: Int\n}") == [])
        #expect(lines(rule, "/// A.\n@frozen\npackage final class A {}") == [])
        #expect(lines(rule, "/// A.\n\npackage func a() {}") == [3])
        #expect(lines(rule, "@discardableResult package static func a() {}") == [1])
        #expect(
            lines(rule, "    package init?() {}\n    public subscript(i: Int) -> Int {") == [1, 2])
        #expect(lines(rule, "    package init(\n        a: Int\n    ) throws(E) {") == [1])
        #expect(lines(rule, "    package init(a: Int) {") == [])
        #expect(lines(rule, "    package init() {}\n    func a() throws {}") == [])
        #expect(lines(rule, "    package private(set) var a = 1") == [1])
        #expect(lines(rule, "/// A and b.\npackage let a: Int\npackage let b: Int") == [])
        #expect(lines(rule, "/// A.\npackage let a: Int\npackage func b() {") == [3])
        #expect(lines(rule, "package static func == (a: A, b: A) -> Bool {") == [])
        #expect(lines(rule, "package var description: String { 1 }\npackage import A") == [])
        #expect(lines(rule, "func a() {}\nprivate let b = 1") == [])
    }

    @Test("what a protocol requires is documented there")
    func requirements() {
        let contract = SourceFile(
            path: "Sources/Edge/Wire/P.swift",
            text:
                "/// P.\npackage protocol P {\n    /// Runs.\n    func run()\n}\n"
                + "package func go() {}"
        )
        #expect(DocumentationRule.names(requiredIn: contract) == ["run"])
        let rule = DocumentationRule.rule(for: [contract])
        #expect(lines(rule, "    package func run() {\n    package func go() {") == [2])
    }

    @Test("a file with another name than its type is found")
    func fileNames() {
        #expect(lines(NameRules.checkFileName, "package struct B {}") == [0])
        #expect(lines(NameRules.checkFileName, "package struct A: Sendable {}") == [])
        #expect(lines(NameRules.checkFileName, "extension A {}") == [])
        #expect(lines(NameRules.checkFileName, "// struct A\nlet x = \"struct A\"") == [0])
        let path = "Sources/Edge/Wire/A+Text.swift"
        #expect(lines(NameRules.checkFileName, "extension A {}", path: path) == [])
        #expect(lines(NameRules.checkFileName, "extension B {}", path: path) == [0])
    }

    @Test("a test that is no sentence is found")
    func testNames() {
        let path = "Tests/WireTests/A.swift"
        let rule = NameRules.checkTestNames
        #expect(lines(rule, "    @Test func works() {}", path: path) == [1])
        #expect(lines(rule, "    @Test(arguments: [1, 2])\n    func works() {}", path: path) == [1])
        #expect(lines(rule, "    @Test(\"one\")\n    func works() {}", path: path) == [1])
        #expect(lines(rule, "    @Test(\"it works\")\n    func works() {}", path: path) == [])
        #expect(lines(rule, "    @Test(\n        \"it works\", arguments: [1])", path: path) == [])
        #expect(lines(rule, "    @Test func `it works`() {}", path: path) == [])
    }

    @Test("a new name at the top is found")
    func top() {
        #expect(NameRules.checkTop(["Sources", ".ci", "notes.txt"]).map(\.path) == ["notes.txt"])
    }

    @Test("a test, script or row of the table of faults that is not there is found")
    func faultTable() {
        var rows = FaultTable.faults.map { "| \($0) | it | `A/ATests.one`, `Deploy/a --x` | all |" }
        func found() -> [Int] {
            let table = SourceFile(path: FaultTable.path, text: rows.joined(separator: "\n"))
            return FaultTable.check(table, exists: { $0 == "Deploy/a" }) { path in
                path == "Tests/A/ATests.swift" ? "func one() {}" : nil
            }.map(\.line)
        }
        #expect(found() == [])
        rows[1] = "| 2 | it | `A/ATests.two` | all |"
        rows[2] = "| 3 | it | `A/BTests.one` | all |"
        rows[3] = "| 4 | it | `A/ATests.one` | `Deploy/b` |"
        rows[4] = "| 5 | it | | all |"
        rows[5] = "| 6 | it | | No test: there is nothing to test. |"
        #expect(found() == [2, 3, 4, 5])
        rows.removeLast()
        #expect(found() == [2, 3, 4, 5, 0])
    }

    @Test("a file, folder or type of the house's map that is not there is found")
    func houseMap() {
        let file = SourceFile(
            path: "Sources/Edge/Wire/Findings/A.swift", text: "package struct FindingText {}")
        func found(_ line: String) -> Bool {
            !HouseMap.check(
                SourceFile(path: HouseMap.path, text: line), paths: [file.path],
                names: HouseMap.names(in: [file])
            ).isEmpty
        }
        for line in [
            "`Findings/A.swift`", "`A.swift`", "`Edge/Wire/`", "`FindingText`", "`/metrics`",
            "`-c release`", "`stat`",
        ] {
            #expect(!found(line), "\(line)")
        }
        for line in ["`Wire/A.swift`", "`B.swift`", "`Edge/Findings/`", "`StudyText`"] {
            #expect(found(line), "\(line)")
        }
    }
}
