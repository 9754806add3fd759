internal import VigilCore

/// What a `spiece.model` says: the pieces of a unigram model and how a text is normalized before.
struct SentencePieceModel: Sendable {
    /// The largest file: 64 MiB.
    static let fileLimit = 64 << 20
    /// The longest piece, in bytes.
    static let pieceLimit = 512
    static let file: SafeText = "spiece.model"

    /// What a piece is for; the numbers are those of the file.
    enum Kind: Int, Sendable {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    struct Piece: Sendable {
        var text: [UInt8] = []
        var score: Float = 0
        var kind = Kind.normal
    }

    private(set) var pieces: [Piece] = []
    private(set) var hasByteFallback = false
    private(set) var putsSpaceBehind = false
    private(set) var characterMap: CharacterMap?
    private(set) var addsSpace = true
    private(set) var removesSpaces = true
    private(set) var marksSpaces = true
    /// The id of the unknown piece.
    private(set) var unknown: Int32 = 0
    private var modelType = 1

    /// Reads a file; refuses one that is damaged, contradicts itself or is no unigram model.
    init(_ bytes: [UInt8]) throws(TokenizersError) {
        guard bytes.count <= Self.fileLimit else {
            throw .badFile(
                file: Self.file, reason: "it has \(bytes.count) bytes, at most \(Self.fileLimit)")
        }
        var reader = SentencePieceFields(bytes[...], file: Self.file)
        while let (field, value) = try reader.next() {
            guard (1...3).contains(field) else { continue }
            guard let part = value.bytes else { throw reader.bad("field \(field) is no message") }
            let inner = SentencePieceFields(part, file: Self.file)
            switch field {
            case 1: pieces.append(try Self.piece(inner))
            case 2: try readTrainer(inner)
            default: try readNormalizer(inner)
            }
        }
        guard modelType == 1 else {
            let names = [2: "BPE", 3: "word", 4: "character"]
            throw .wrongKind(
                expected: "a unigram model",
                found: SafeText(operatorProvided: names[modelType] ?? "type \(modelType)"))
        }
        try check()
    }

    private static func piece(_ message: SentencePieceFields) throws(TokenizersError) -> Piece {
        var reader = message
        var piece = Piece()
        while let (field, value) = try reader.next() {
            switch field {
            case 1: piece.text = Array(value.bytes ?? [])
            case 2:
                guard let score = value.float, score.isFinite else {
                    throw reader.bad("a piece's score is no finite number")
                }
                piece.score = score
            case 3:
                guard let kind = value.integer.flatMap(Kind.init(rawValue:)) else {
                    throw reader.bad("a piece is of an unknown type")
                }
                piece.kind = kind
            default: break
            }
        }
        guard !piece.text.isEmpty, piece.text.count <= pieceLimit else {
            throw reader.bad("a piece has \(piece.text.count) bytes, expected 1…\(pieceLimit)")
        }
        return piece
    }

    private mutating func readTrainer(_ message: SentencePieceFields) throws(TokenizersError) {
        var reader = message
        while let (field, value) = try reader.next() {
            switch field {
            case 3: modelType = value.integer ?? 0
            case 24: putsSpaceBehind = value.isTrue ?? false
            case 35: hasByteFallback = value.isTrue ?? false
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ message: SentencePieceFields) throws(TokenizersError) {
        var reader = message
        while let (field, value) = try reader.next() {
            switch field {
            case 2:
                let map = Array(value.bytes ?? [])
                characterMap = map.isEmpty ? nil : try CharacterMap(map, file: Self.file)
            case 3: addsSpace = value.isTrue ?? true
            case 4: removesSpaces = value.isTrue ?? true
            case 5: marksSpaces = value.isTrue ?? true
            default: break
            }
        }
    }

    /// What the library checks too: no piece twice, one unknown piece, all bytes or none.
    private mutating func check() throws(TokenizersError) {
        func bad(_ reason: SafeText) -> TokenizersError {
            .badFile(file: Self.file, reason: reason)
        }
        guard pieces.count <= BytePairVocabulary.idLimit else {
            throw bad("it has \(pieces.count) pieces, at most \(BytePairVocabulary.idLimit)")
        }
        var seen: Set<[UInt8]> = []
        var bytes = 0
        var unknowns: [Int] = []
        for (id, piece) in pieces.enumerated() {
            guard seen.insert(piece.text).inserted else { throw bad("piece \(id) is there twice") }
            switch piece.kind {
            case .unknown: unknowns.append(id)
            case .byte:
                let isByte = Self.byteNames.contains(piece.text)
                guard isByte, hasByteFallback else { throw bad("piece \(id) is no byte's") }
                bytes += 1
            default: break
            }
        }
        guard unknowns.count == 1 else {
            throw bad("it has \(unknowns.count) unknown pieces, expected 1")
        }
        guard bytes == (hasByteFallback ? 256 : 0) else {
            throw bad("it has pieces for \(bytes) bytes, expected 256")
        }
        unknown = Int32(unknowns[0])
    }

    /// The name of a byte's piece, such as `<0x0A>`.
    static func byteName(_ byte: UInt8) -> [UInt8] {
        Array("<0x\(Hex.encode([byte]).uppercased())>".utf8)
    }

    private static let byteNames = Set((UInt8.min...UInt8.max).map { byteName($0) })
}
