import Foundation

/// Keys and certificates for tests, made by the `openssl` command.
package enum TestCertificates {
    /// A certificate with its key, as files.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    /// Makes an authority, `ca.pem` and `ca.key` of a folder.
    ///
    /// - Returns: the path of its certificate.
    package static func authority(in folder: String) throws -> String {
        try openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=test authority", "-keyout", "\(folder)/ca.key", "-out", "\(folder)/ca.pem",
        ])
        return "\(folder)/ca.pem"
    }

    /// A certificate that the authority of a folder signs, for this machine.
    ///
    /// - Parameter subject: the name in it.
    package static func signed(_ subject: String, in folder: String) throws -> Pair {
        let made = Pair(
            certificate: "\(folder)/\(subject).crt", key: "\(folder)/\(subject).key")
        let request = "\(folder)/\(subject).csr"
        try openssl([
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(subject)", "-keyout",
            made.key, "-out", request,
        ])
        let extensions = try extensions(address: "127.0.0.1", in: folder)
        try openssl([
            "x509", "-req", "-in", request, "-CA", "\(folder)/ca.pem", "-CAkey",
            "\(folder)/ca.key", "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out",
            made.certificate,
        ])
        return made
    }

    /// A certificate that signs itself.
    ///
    /// - Parameters:
    ///   - address: the address it is for.
    ///   - days: how long it holds from now; below 0 it has ended.
    package static func selfSigned(
        address: String, days: Int, in folder: String
    ) throws -> Pair {
        let name = "self-\(address)-\(days)"
        let made = Pair(certificate: "\(folder)/\(name).crt", key: "\(folder)/\(name).key")
        let request = "\(folder)/\(name).csr"
        let extensions = try extensions(address: address, in: folder)
        try openssl([
            "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(address)", "-keyout",
            made.key, "-out", request,
        ])
        try openssl([
            "x509", "-req", "-in", request, "-signkey", made.key, "-days", "\(days)",
            "-extfile", extensions, "-out", made.certificate,
        ])
        return made
    }

    /// Puts files one after the other into a new one.
    package static func join(_ files: [String], to path: String) throws {
        let parts = try files.map { try Data(contentsOf: URL(filePath: $0)) }
        try Data(parts.joined()).write(to: URL(filePath: path))
    }

    private static func extensions(address: String, in folder: String) throws -> String {
        let path = "\(folder)/\(address).ext"
        try Data("subjectAltName=IP:\(address)\n".utf8).write(to: URL(filePath: path))
        return path
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestBroker.Failure(description: "openssl \(arguments.first ?? "") failed")
        }
    }
}
