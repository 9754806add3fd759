import Testing

/// A key pair that `vigil key make` wrote, by the paths of its halves.
struct MadeKeys {
    let secret: String
    let open: String

    init() throws {
        let folder = try RunFolder.make()
        (secret, open) = (folder + "/site.key", folder + "/site.pub")
        let run = try CommandRun(["key", "make", "--private", secret, "--public", open])
        try #require(run.code == 0, "\(run.error)")
    }
}
