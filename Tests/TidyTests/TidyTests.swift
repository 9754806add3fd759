import Foundation
import Testing

/// The rules over the whole tree.
struct TidyTests {
    private func broken(
        _ rule: (SourceFile) -> [Finding], in files: [SourceFile] = SourceTree.files
    ) -> String {
        let findings = files.flatMap(rule)
        return findings.prefix(50).map(\.description).joined(separator: "\n")
            + (findings.count > 50 ? "\n… \(findings.count) in all" : "")
    }

    @Test("the tree is found")
    func tree() {
        #expect(SourceTree.files.count > 50)
        #expect(SourceTree.paths.contains("Sources/Domain/VigilCore/Text/SafeText.swift"))
    }

    @Test("imports stand in Package.swift and point down only")
    func layers() {
        #expect(!PackageGraph.here.targets.isEmpty, "swift package dump-package failed")
        #expect(broken(LayerRules.check) == "")
        let findings = LayerRules.checkGraph(.here, SourceTree.files)
        #expect(findings.map(\.description).joined(separator: "\n") == "")
    }

    @Test("no folder of the sources is a heap")
    func folders() { #expect(SizeRules.checkFolders(SourceTree.paths) == []) }

    @Test("files stay short")
    func files() { #expect(broken(SizeRules.checkFile) == "") }

    @Test("lines stay narrow")
    func lines() { #expect(broken(SizeRules.checkLines) == "") }

    @Test("functions stay short")
    func functions() { #expect(broken(SizeRules.checkFunctions) == "") }

    @Test("types store no more than a reader keeps in mind")
    func types() { #expect(broken(TypeRules.checkStored) == "") }

    @Test("no banned call stands in the sources")
    func calls() { #expect(broken(WordRules.checkCalls) == "") }

    @Test("no word of unfinished work is left")
    func unfinished() { #expect(broken(WordRules.checkUnfinished) == "") }

    @Test("no block comment stands in Swift")
    func blockComments() { #expect(broken(WordRules.checkBlockComments) == "") }

    @Test("every declaration that other modules see is documented")
    func documentation() { #expect(broken(DocumentationRule.rule(for: SourceTree.files)) == "") }

    @Test("every event is emitted somewhere")
    func emitters() { #expect(broken(EmitterRule.rule(for: SourceTree.files)) == "") }

    @Test("what is declared for other modules is used, and not by tests alone")
    func usage() {
        #expect(broken(UsageRules.names(in: SourceTree.files)) == "")
        #expect(UsageRules.outdated(in: SourceTree.files) == [])
    }

    @Test("every setting is read where it is obeyed")
    func settings() { #expect(broken(UsageRules.settingsRead(in: SourceTree.files)) == "") }

    @Test("every command, option, setting, variable, metric and file that a text names is there")
    func mentions() {
        let rule = MentionRule.rule(for: SourceTree.told, exists: SourceTree.exists)
        #expect(broken(rule, in: SourceTree.told) == "")
    }

    @Test("no test holds how long something took")
    func time() { #expect(broken(TimeRules.check) == "") }

    @Test("numbers from outside neither trap nor leave their type unchecked")
    func outside() { #expect(broken(OutsideRules.check) == "") }

    @Test("programs leave without the libraries' cleaning up under running threads")
    func programEnds() { #expect(broken(ProgramEndRule.check) == "") }

    @Test("a file is named after its type")
    func fileNames() { #expect(broken(NameRules.checkFileName) == "") }

    @Test("tests are named by sentences")
    func testNames() { #expect(broken(NameRules.checkTestNames) == "") }

    @Test("the top of the tree holds nothing new")
    func top() { #expect(NameRules.checkTop(SourceTree.top) == []) }

    @Test("the table of faults names tests that exist")
    func faults() throws {
        let table = try #require(SourceTree.files.first { $0.path == FaultTable.path })
        let findings = FaultTable.check(table, exists: SourceTree.exists, text: SourceTree.text)
        #expect(findings.map(\.description).joined(separator: "\n") == "")
    }

    @Test("each threat, risk and requirement names tests that exist", arguments: ProofList.allCases)
    func proofs(_ list: ProofList) throws {
        let text = try Data(contentsOf: SourceTree.root.appending(path: list.path))
        #expect(try list.faults(in: text, text: SourceTree.text) == [])
    }

    @Test("what scripts install of Python is pinned by hashes")
    func pinned() {
        let lists = SourceTree.paths.filter {
            $0.hasPrefix("Deploy/") && $0.contains("/requirements") && $0.hasSuffix(".txt")
        }
        #expect(!lists.isEmpty)
        let broken =
            lists.compactMap(SourceTree.file).flatMap { PinRule.check(list: $0) }
            + SourceTree.files.filter { $0.path.hasPrefix("Deploy/") && !$0.path.hasSuffix(".md") }
            .flatMap { PinRule.check(script: $0) }
        #expect(broken.map(\.description).joined(separator: "\n") == "")
    }

    @Test("the map of the house names files and types that are there")
    func map() throws {
        let page = try #require(SourceTree.files.first { $0.path == HouseMap.path })
        let names = HouseMap.names(in: SourceTree.files)
        let findings = HouseMap.check(page, paths: SourceTree.paths, names: names)
        #expect(findings.map(\.description).joined(separator: "\n") == "")
    }

    @Test("no file is large")
    func sizes() {
        #expect(SourceTree.paths.filter { SourceTree.size($0) > SizeRules.bytesMax(of: $0) } == [])
    }

    @Test("what a stranger reads first is one page")
    func firstPage() throws {
        let page = try #require(SourceTree.files.first { $0.path == "README.md" })
        let words = page.lines.flatMap { $0.split(separator: " ") }
        #expect(page.lines.count <= 150, "move what a stranger does not need into Deploy")
        #expect(words.count <= 1300, "\(words.count) words: move some into Deploy")
    }
}
