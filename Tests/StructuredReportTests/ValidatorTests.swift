import FileKit
import Foundation
import StructuredReport
import StructuredReportKit
import Testing

/// Every shape before dciodvfy; `Deploy/bench/structured-reports` asks three more judges.
@Suite("Structured reports before a validator")
struct ValidatorTests {
    private static let validator = "/usr/bin/dciodvfy"

    private func errors(_ file: [UInt8]) throws -> [String] {
        let folder = try TestFolder()
        let process = Process()
        process.executableURL = URL(filePath: Self.validator)
        process.arguments = ["-new", try folder.write("1.dcm", file)]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        try #require(lines.contains { $0.contains("Comprehensive3DSR") }, "it names the IOD")
        return lines.filter { $0.hasPrefix("Error") }
    }

    @Test(
        "dciodvfy finds no error in a report of any shape, and one in a broken twin",
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: validator),
            "no dciodvfy: apt-get install dicom3tools"))
    func validity() throws {
        for (number, shape) in MadeReport.Shape.allCases.enumerated() {
            var file = try MadeReport(shape, number: number).written().file
            let found = try errors(file)
            #expect(found.isEmpty, "\(shape): \(found)")
            // VerificationFlag says what the standard has no word for.
            let flag = Array("UNVERIFIED".utf8)
            let place = try #require(file.indices.first { file[$0...].starts(with: flag) })
            file.replaceSubrange(place..<place + flag.count, with: Array("UNVERIFIEX".utf8))
            #expect(try !errors(file).isEmpty, "\(shape)")
        }
    }
}
