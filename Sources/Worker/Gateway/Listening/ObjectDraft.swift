internal import DicomNetwork
internal import Files
internal import Glibc
internal import VigilCore

/// One object as it comes: written and digested piece by piece. One owner, one thread.
final class ObjectDraft {
    private let object: IncomingObject
    private let bytesMax: Int
    private let folder: ObjectFolder
    private let path: String
    private var file: Int32
    private var hasher = DigestHasher()
    private var bytes = 0
    private var failure: StoreAnswer?

    /// Nil without room for it.
    init?(_ object: IncomingObject, in folder: ObjectFolder, bytesMax: Int) {
        guard let (file, path) = try? folder.draft() else { return nil }
        self.object = object
        self.folder = folder
        self.bytesMax = bytesMax
        self.file = file
        self.path = path
        if let meta = FileMeta.bytes(of: object) {
            meta.withUnsafeBytes { take($0) }
        } else {
            failure = .mismatch
        }
    }

    deinit {
        if file >= 0 { close(file) }
        // Nothing is there any more where it was kept.
        unlink(path)
    }

    /// Takes the next bytes. What cannot be kept is passed over to its end, so that the sender can
    /// be told.
    func take(_ piece: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        bytes += piece.count
        guard bytes <= bytesMax else {
            failure = .notUnderstood
            return
        }
        hasher.update(piece)
        do throws(FileFailure) {
            try WholeTransfer.write(piece, to: file)
        } catch {
            failure = .outOfResources
        }
    }

    /// Brings it to disk under its place.
    ///
    /// - Returns: the study's folder, or why not.
    func keep() -> Result<Kept, Refusal> {
        if let failure { return .failure(Refusal(answer: failure)) }
        let identity: InstanceIdentity
        do throws(DicomHeaderError) {
            identity = try DicomHeaderFile.identity(path)
        } catch {
            return .failure(Refusal(answer: .notUnderstood))
        }
        guard identity.instance.sensitiveValue == object.sopInstance,
            identity.sopClass == object.sopClass
        else { return .failure(Refusal(answer: .mismatch)) }
        guard fsync(file) == 0 else { return .failure(Refusal(answer: .outOfResources)) }
        close(file)
        file = -1
        let study = ObjectFolder.name(of: identity.study)
        var hasher = DigestHasher()
        swap(&hasher, &self.hasher)
        do throws(FileFailure) {
            try folder.keep(draft: path, digest: hasher.finish(), study: study)
        } catch {
            return .failure(Refusal(answer: .outOfResources))
        }
        return .success(Kept(study: study, bytes: bytes))
    }

    /// An object that is there for good.
    struct Kept {
        /// The name of its study's folder.
        let study: String
        let bytes: Int
    }

    /// An object that is not taken.
    struct Refusal: Error {
        let answer: StoreAnswer
    }
}
