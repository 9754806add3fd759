internal import HTTPClient
internal import Settings
internal import VigilCore

/// The operator's file of origins: a list of rows.
enum OriginsFile {
    private static let names =
        ["origin", "path", "networks", "header-file"] + TrustFiles.names

    /// - Parameter path: nil: there are none.
    static func rows(_ path: String?) throws(SectionError) -> [InstanceOrigin.Row] {
        guard let path else { return [] }
        let place = SafeText(operatorProvided: path)
        guard case .sequence(let nodes)? = try SectionReader.yaml(path)?.content,
            (1...64).contains(nodes.count)
        else { throw .refused("origins", at: place, expected: "a list of 1 to 64 rows") }
        var rows: [InstanceOrigin.Row] = []
        for node in nodes {
            let section = try SectionReader(node, names: names, at: node.place.text)
            let row = try row(section)
            guard !rows.contains(where: { $0.origin == row.origin && $0.path == row.path }) else {
                throw .repeated("origin", at: section.place)
            }
            rows.append(row)
        }
        // Of rows of one origin the one with the longest path is meant.
        return rows.sorted { $0.path.utf8.count > $1.path.utf8.count }
    }

    private static func row(_ section: SectionReader) throws(SectionError) -> InstanceOrigin.Row {
        let text = try section.required("origin")
        guard let origin = try? WebURI(text + "/x"), origin.target == "/x" else {
            throw section.refused("origin", "https://HOST or https://HOST:PORT, and no path")
        }
        let path = try section.text("path") ?? "/"
        let below = path.hasSuffix("/") ? path : path + "/"
        guard (try? WebURI(text + below + "x"))?.target == below + "x", !below.contains("?") else {
            throw section.refused("path", "what paths begin with, such as /dicom-web/")
        }
        var networks: [IPNetwork] = []
        for text in try section.texts("networks") ?? [] {
            guard let network = IPNetwork(text) else {
                throw section.refused("networks", "networks such as 10.1.0.0/16 or fd00:1::/32")
            }
            networks.append(network)
        }
        let headerFile = try section.text("header-file")
        if let headerFile { _ = try SecretFile.headers(of: headerFile) }
        let trust = try TrustFiles(section)
        return InstanceOrigin.Row(
            origin: origin.origin, path: below,
            trust: PeerTrust(
                authorities: trust.authorities, certificate: trust.certificate, key: trust.key),
            networks: networks, headerFile: headerFile)
    }
}
