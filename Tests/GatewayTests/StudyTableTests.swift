import FileKit
import Files
import Glibc
import Testing
import VigilCore

@testable import Gateway

/// Where studies' files are.
struct StudyTableTests {
    @Test("memory stays within its bound, and what was heard of last is kept")
    func bound() {
        var table = StudyTable(bytesMax: 100_000)
        var forgotten = 0
        for number in 1...3000 {
            table.note(MadeFinding.pseudonym(number), files: ["file:///data/\(number).dcm"])
            // One that is heard of again and again is never forgotten.
            table.note(MadeFinding.pseudonym(1), files: ["file:///data/1.dcm"])
            forgotten += table.takeForgotten()
        }
        #expect(table.count + forgotten == 3000)
        #expect(table.count < 400 && table.count > 200)
        #expect(table.files(of: MadeFinding.pseudonym(1)) == ["file:///data/1.dcm"])
        #expect(table.files(of: MadeFinding.pseudonym(3000)) != nil)
        #expect(table.files(of: MadeFinding.pseudonym(2)) == nil)
    }

    @Test("files that later events name come to the earlier ones, each once and not without end")
    func files() {
        var table = StudyTable(bytesMax: 1 << 20)
        let study = MadeFinding.pseudonym(1)
        table.note(study, files: ["a", "b"])
        table.note(study, files: ["b", "c"])
        #expect(table.files(of: study) == ["a", "b", "c"])
        table.note(study, files: (0..<10_000).map { "f\($0)" })
        #expect(table.files(of: study)?.count == StudyTable.filesMax)
    }

    @Test("only plain files below a folder are opened, wherever links lead")
    func roots() throws {
        let (inside, outside) = (try TestFolder(), try TestFolder())
        for folder in [inside, outside] {
            try FileReplacement.write([0x41], to: folder.path + "/a.dcm")
        }
        symlink(outside.path + "/a.dcm", inside.path + "/out.dcm")
        symlink(inside.path + "/a.dcm", inside.path + "/in.dcm")
        mkfifo(inside.path + "/pipe", 0o600)
        mkdir(inside.path + "-near", 0o700)
        try FileReplacement.write([0x41], to: inside.path + "-near/a.dcm")
        let roots = AllowedRoots([inside.path])
        func opens(_ path: String) -> Bool { roots.open("file://" + path) != nil }
        #expect(opens(inside.path + "/a.dcm"))
        #expect(opens(inside.path + "/in.dcm"))
        for path in [
            outside.path + "/a.dcm", inside.path + "/out.dcm", inside.path + "/pipe", inside.path,
            inside.path + "/../" + outside.path.split(separator: "/").last! + "/a.dcm",
            inside.path + "-near/a.dcm", "/etc/passwd", "/dev/zero", inside.path + "/none.dcm",
        ] {
            #expect(!opens(path), "\(path)")
        }
        let isRemote = roots.open("https://host/a.dcm") != nil
        #expect(!isRemote)
    }
}
