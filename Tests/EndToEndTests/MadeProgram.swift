import Foundation

/// Programs that tests make. Another process writes them: what this one has open for writing, a
/// child that another test starts at that moment has open too, and then it cannot be run
/// (ETXTBSY).
enum MadeProgram {
    /// Writes a script that anybody may run.
    static func write(_ script: String, to path: String) throws {
        try script.write(toFile: path + ".text", atomically: true, encoding: .utf8)
        try copy(path + ".text", to: path)
    }

    /// Copies a program.
    static func copy(_ program: String, to path: String) throws {
        let install = Process()
        install.executableURL = URL(filePath: "/usr/bin/install")
        install.arguments = ["-m", "755", program, path]
        try install.run()
        install.waitUntilExit()
        guard install.terminationStatus == 0 else {
            throw ChildProcess.Failure(description: "\(path) cannot be written")
        }
    }
}
