import ReportKit
import Reporting
import VigilCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Makes drafts of made findings for `Deploy/bench/reports`.
@main
enum Reports {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count >= 4, let count = Int(words[1]), count > 0, let seed = UInt64(words[2]),
            MadeFinding.languages.contains(words[3])
        else { usage() }
        let drafts = MadeDrafts(language: words[3], count: count, seed: seed)
        switch (words[0], words.count) {
        case ("drafts", 4): try drafts.tell()
        case ("count", 4): print(try drafts.bytes())
        case ("times", 4): try drafts.times()
        case ("generator", 5): try drafts.tell(by: words[4])
        default: usage()
        }
    }

    private static func usage() -> Never {
        print("VigilReports drafts|count|times COUNT SEED en|de")
        print("VigilReports generator COUNT SEED en|de PROGRAM")
        exit(64)
    }
}
