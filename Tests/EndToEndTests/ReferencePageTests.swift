import Foundation
import Testing

/// The pages of `Deploy/reference` say what the program says.
@Suite("Reference pages", .enabled(if: Programs.areBuilt, "\(Programs.howToBuild)"))
struct ReferencePageTests {
    @Test(
        "a reference page is what the program prints",
        arguments: [
            ("SETTINGS.md", ["config", "print", "--markdown"]),
            ("METRICS.md", ["metrics", "--markdown"]),
            ("COMMANDS.md", ["help", "--markdown"]),
        ])
    func page(name: String, arguments: [String]) throws {
        let path = "Deploy/reference/" + name
        let run = try CommandRun(arguments)
        #expect(run.code == 0, "\(run.error)")
        let page = try String(contentsOfFile: Checkout.root + "/" + path, encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let command = ".build/release/vigil " + arguments.joined(separator: " ")
        let differing = zip(lines, run.output).first { String($0) != $1 }
        #expect(
            lines.map(String.init) == run.output,
            "\(path) is not what the program prints. Renew it: \(command) >\(path)")
        #expect(differing == nil, "the first line that differs")
        for line in run.output {
            #expect(line.count <= 120, "too wide for a page: \(line)")
            let isBroken = ["  - ", "  + ", "  # ", "  1. "].contains { line.hasPrefix($0) }
            #expect(!isBroken || name == "COMMANDS.md", "read as a list: \(line)")
        }
    }

    @Test(
        "the services are started again for the exit codes of which the page says so",
        arguments: ["vigil-worker", "vigil-gateway", "vigil-page"])
    func restarts(_ service: String) throws {
        let page = try String(
            contentsOfFile: Checkout.root + "/Deploy/reference/COMMANDS.md", encoding: .utf8)
        let unit = try String(
            contentsOfFile: Checkout.root + "/Deploy/systemd/\(service).service",
            encoding: .utf8)
        let prefix = "RestartPreventExitStatus="
        let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix(prefix) })
        let prevented = line.dropFirst(prefix.count).split(separator: " ").map(String.init)
        let useless = page.split(separator: "\n").filter { $0.contains("| no, ") }.compactMap {
            $0.split(separator: " ").dropFirst().first.map(String.init)
        }
        #expect(useless == prevented && !useless.isEmpty)
    }
}
