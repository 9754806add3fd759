import Foundation
import Testing

extension EndToEndAnswers {
    /// The commands of `vigil` that `vigil-lab` carries out.
    struct LaboratoryTests {
        /// A command in a program's list, with the lines of its summary.
        private struct Listed: Hashable {
            let name: String
            let lines: [String]
        }

        /// What a program lists, in its order.
        private func listed(_ program: String) throws -> [Listed] {
            let run = try CommandRun(program, ["help"])
            try #require(run.code == 0, "\(run.error)")
            let lines = run.output.drop { $0 != "Commands:" }.dropFirst().prefix { $0 != "" }
            var out: [Listed] = []
            for line in lines {
                let isName = line.hasPrefix("  ") && line.dropFirst(2).first?.isLetter == true
                guard isName || out.isEmpty else {
                    let last = out.removeLast()
                    out.append(Listed(name: last.name, lines: last.lines + [line]))
                    continue
                }
                let text = line.dropFirst(2)
                let end = text.range(of: "  ")?.lowerBound ?? text.endIndex
                out.append(Listed(name: String(text[..<end]), lines: [line]))
            }
            return out
        }

        /// `vigil` in a folder of its own, with a program for `vigil-lab` beside it or with none.
        private func alone(
            laboratory script: String? = nil, _ body: (String) throws -> Void
        ) throws {
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "vigil-alone-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try MadeProgram.copy(Programs.vigil, to: folder + "/vigil")
            if let script {
                try MadeProgram.write("#!/bin/sh\n" + script, to: folder + "/vigil-lab")
            }
            try body(folder)
        }

        @Test("vigil lists every command of vigil-lab in the same words, and passes on no others")
        func sameList() throws {
            let laboratory = try listed(Programs.laboratory)
            let all = try listed(Programs.vigil)
            #expect(!laboratory.isEmpty && Set(laboratory).isSubset(of: all))
            try alone { folder in
                let absent = try all.filter {
                    let words = $0.name.split(separator: " ").map(String.init)
                    return try CommandRun(folder + "/vigil", words + ["--help"]).code == 69
                }
                #expect(absent == laboratory)
            }
        }

        @Test(
            "without vigil-lab a command of it says what is missing, where, and how to come by it",
            arguments: [
                ["tune"], ["synth", "--out", "x"], ["model", "convert", "--help"],
                ["help", "bench", "energy"], ["help", "--markdown"],
            ])
        func missing(words: [String]) throws {
            try alone { folder in
                let run = try CommandRun(folder + "/vigil", words)
                #expect(run.code == 69 && run.output == [])
                let resolved = URL(filePath: folder).resolvingSymlinksInPath().path
                for part in [
                    "vigil-lab", resolved, "--product vigil-lab", "Deploy/install",
                ] {
                    #expect(run.error.contains(part), "\(run.error)")
                }
                #expect(try CommandRun(folder + "/vigil", ["help"]).code == 0)
            }
        }

        @Test("arguments, standard input and the exit code pass through, byte for byte")
        func passing() throws {
            let script = #"for word do printf '%s' "$word" | od -An -tx1; done; cat; exit 7"#
            try alone(laboratory: script) { folder in
                let run = try CommandRun(
                    shell: "printf 'in\\nput\\n' | \(folder)/vigil tune \"$(printf 'a \\377')\" --;"
                        + " echo code $?")
                let words = [" 74 75 6e 65", " 61 20 ff", " 2d 2d"]
                #expect(
                    run.output == words + ["in", "put", "code 7"], "\(run.output) \(run.error)")
            }
        }

        @Test("a signal that ends vigil-lab is the end that the caller sees")
        func signals() throws {
            try alone(laboratory: "kill -TERM $$") { folder in
                let run = try CommandRun(shell: "\(folder)/vigil synth; echo $?")
                #expect(run.output == ["143"])
            }
        }

        @Test("a vigil-lab of another build, without the command, is told from one that is there")
        func otherBuild() throws {
            try alone(laboratory: "exit 64") { folder in
                let run = try CommandRun(folder + "/vigil", ["help", "--markdown"])
                #expect(run.code == 69 && run.output == [])
                #expect(run.error.contains("from one build"), "\(run.error)")
            }
        }

        @Test("what is wrong with arguments is told under the name that was called")
        func mistakes() throws {
            let run = try CommandRun(["tune", "--modle", "x"])
            #expect(run.code == 64)
            #expect(run.error.hasPrefix("vigil tune: "), "\(run.error)")
            let completions = try CommandRun(["__complete", "bench", "engine", "--pre"])
            #expect(completions.output == ["--precision", ":none"])
        }
    }
}
