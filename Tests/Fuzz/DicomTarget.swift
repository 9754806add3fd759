import CDicom
import MutationKit
import VigilCore

/// Changed DICOM, PNG and JPEG files into the decoder's library, inside this process: a process of
/// its own for each of 100,000 would try the kernel rather than the decoder. What a library outside
/// the project does wrong ends the sandboxed decoder in earnest, and this process here.
struct DicomTarget: FuzzTarget {
    /// Larger files take long and have no other kinds of elements.
    private static let largest = 130_000

    private let seeds: [[UInt8]]

    init(cache: String) throws {
        guard vigil_decoder_prepare() > 0 else { throw Breach("there is no data dictionary") }
        let film = Files.checkout + "/Tests/EndToEndTests/Models/chexzero/film.png"
        let files = try (Files.list(cache + "/pydicom-data/data", ".dcm") + [film])
            .map { try Files.read($0) }
        seeds = try (files + Self.wronglyLabelled()).filter { $0.count <= Self.largest }
        guard seeds.count > 20 else { throw Breach("pydicom-data is not in \(cache)") }
    }

    /// The small files of ImagingTests, which lead into every branch that mistrusts a label.
    private static func wronglyLabelled() throws -> [[UInt8]] {
        let path = Files.checkout + "/Tests/ImagingTests/Vectors/labels.tsv"
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { Base64.decode(String($0)) }
        }
    }

    /// Tags, lengths and values that steer a decoder.
    private static let pieces: [[UInt8]] = [
        [0x28, 0, 0x10, 0], [0x28, 0, 0x11, 0], [0x28, 0, 0x00, 0x01], [0x28, 0, 0x08, 0],
        [0xE0, 0x7F, 0x10, 0], [0xFE, 0xFF, 0x00, 0xE0], [0xFE, 0xFF, 0xDD, 0xE0],
        [0xFE, 0xFF, 0x0D, 0xE0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0],
        [0xFF, 0xFF], [0, 0x80], Array("OB".utf8), Array("SQ".utf8), Array("UN".utf8),
        Array("MONOCHROME1 ".utf8), Array("PALETTE COLOR ".utf8), Array("YBR_FULL_422".utf8),
        Array("1.2.840.10008.1.2.4.90".utf8), Array("1.2.840.10008.1.2.1.99".utf8),
        Array("1.2.840.10008.1.2.5".utf8), [0xFF, 0x4F, 0xFF, 0x51], [0xFF, 0xD8, 0xFF, 0xC3],
        [0xFF, 0xF7], [0xFF, 0xDA], [0xFF, 0x93],
    ]

    func input(_ random: inout SplitMix64) -> FuzzInput {
        let seed = random.below(seeds.count)
        var bytes = seeds[seed]
        for _ in 0...random.below(5) {
            switch random.below(8) {
            case 0, 1, 2: ByteMutation.changeHead(&bytes, of: 2048, &random)
            case 3: ByteMutation.splice(&bytes, Self.pieces, &random)
            case 4:
                var head = Array(bytes.prefix(2048))
                ByteMutation.splice(&head, Self.pieces, &random)
                bytes.replaceSubrange(..<min(2048, bytes.count), with: head)
            case 5 where random.below(4) == 0: ByteMutation.cut(&bytes, &random)
            default: ByteMutation.change(&bytes, &random)
            }
        }
        return FuzzInput(seed: seed, parts: [.init(name: "file", bytes: bytes)])
    }

    func read(_ input: FuzzInput) throws -> Bool {
        let bytes = input.parts[0].bytes
        var options = vigil_decode_options()
        options.max_pixels = 4 << 20
        options.max_inflated = 16 << 20
        options.max_side = 4096
        options.max_frames = 64
        options.want_values = UInt32(bytes.count & 1)
        var decoded = vigil_decoded()
        guard vigil_decode(bytes, bytes.count, &options, &decoded) == 0 else { return false }
        defer { vigil_decoded_free(&decoded) }
        let expected = UInt64(decoded.rows) * UInt64(decoded.columns) * UInt64(decoded.frames)
        guard UInt64(decoded.pixel_count) == expected, expected <= options.max_pixels else {
            throw Breach("\(decoded.pixel_count) pixels, not \(expected)")
        }
        // The sanitizer sees whether all that is promised is there.
        var sum = 0
        for index in 0..<decoded.pixel_count {
            sum &+= Int(decoded.pixels[index])
            if let values = decoded.values { sum &+= Int(values[index]) }
        }
        let uid = withUnsafeBytes(of: decoded.study_uid) { $0.contains(0) }
        guard uid, sum < .max else { throw Breach("a UID has no end") }
        return true
    }
}
