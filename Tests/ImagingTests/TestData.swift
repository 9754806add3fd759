import Imaging

#if canImport(Glibc)
    import Glibc
#endif

/// Real images that tests read where they are present, and files made for one test.
enum TestData {
    /// The checkout's root, from this file's place.
    static let checkout: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// DICOM files of PyPI pydicom-data.
    static let pydicom: String = {
        let cache = getenv("VIGIL_CACHE").map { String(cString: $0) } ?? checkout + "/.cache"
        return cache + "/pydicom-data/data"
    }()

    /// Public images beside the checkout.
    static let shared = checkout + "/../shared/data"

    /// Inputs that public reports led to, beside the checkout.
    static let cases = checkout + "/../shared/cases/imaging"

    static let hasCases = access(cases + "/CASES.md", R_OK) == 0
    static let hasPydicom = access(pydicom + "/RG1_UNCR.dcm", R_OK) == 0
    static let hasShared = access(shared + "/cxr/cr-chest-monochrome1.dcm", R_OK) == 0

    /// Decoders for all tests of this module.
    static let pool: Result<DecoderPool, ImagingError> = Result { () throws(ImagingError) in
        try DecoderPool(slots: 2)
    }

    /// The bytes of a file, empty when it cannot be read.
    static func bytes(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, size - filled,
                    off_t(filled))
                guard count > 0 else { return }
                filled += count
            }
        }
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.first != "." { names.append(name) }
        }
        return names.sorted()
    }

    /// Decodes a file of pydicom-data.
    static func decode(_ name: String) throws -> DecodedInstance {
        try decode(path: pydicom + "/" + name)
    }

    /// Decodes a file.
    static func decode(path: String) throws -> DecodedInstance {
        let input = try InputRoots.openTrusted(path: path, maximumBytes: 256 << 20)
        return try pool.get().decode(input)
    }

    /// What decoding bytes comes to: nothing for an image.
    static func failure(of bytes: [UInt8]) throws -> ImagingError? {
        do throws(ImagingError) {
            _ = try pool.get().decode(bytes)
            return nil
        } catch {
            return error
        }
    }
}
