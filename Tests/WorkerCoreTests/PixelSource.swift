/// Where a simulated worker reads studies from: the files of an archive, with room to decode them.
enum PixelSource {
    case up
    /// Nothing that was asked for comes.
    case slow
    /// Nothing can be had: the archive is down, or the disk is full.
    case down
}
