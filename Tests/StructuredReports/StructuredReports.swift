import Files
import Glibc
import StructuredReport
import StructuredReportKit

/// Writes reports on made findings of every shape, and what each has to say, for
/// `Deploy/bench/structured-reports`.
@main
enum StructuredReports {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 3, let count = Int(words[2]), count > 0 else {
            print("VigilStructuredReports FOLDER COUNT")
            exit(64)
        }
        let shapes = MadeReport.Shape.allCases
        var truths = ""
        for number in 1...count {
            let report = try MadeReport(shapes[number % shapes.count], number: number)
            let written = try report.written()
            try write(written.file, to: "\(words[1])/\(number).dcm")
            truths += ReportTruth(report, uid: written.sopInstanceUID).line + "\n"
        }
        try write(Array(truths.utf8), to: "\(words[1])/truth.jsonl")
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure(errno: errno) }
        defer { close(file) }
        try WholeTransfer.write(bytes, to: file)
    }
}
