package import VigilCore

/// Why a key or a signed file is not taken. No byte of a key or of what was signed is repeated.
package enum SigningError: VigilError, Hashable {
    /// A key's file cannot be opened or read.
    case keyUnreadable(path: SafeText, reason: SafeText)
    /// Others than its owner may read or write the file of a private key.
    case keyTooOpen(path: SafeText)
    /// The file is there and holds no Ed25519 key of the kind that is wanted.
    case badKey(path: SafeText, wanted: SafeText)
    /// A key is not written over another one.
    case keyExists(path: SafeText)
    /// A key cannot be written.
    case keyNotWritten(path: SafeText, reason: SafeText)
    /// OpenSSL refused to make or use a key.
    case noCryptography
    /// A signed file is no envelope.
    case badEnvelope(reason: SafeText)
    /// There is no signature.
    case unsigned
    /// A known key's signature is not of these bytes.
    case wrongSignature
    /// None of the signatures is by a key that is known here.
    case unknownKey
    /// What was signed is meant for something else.
    case otherPayload

    package var code: SafeText {
        switch self {
        case .keyUnreadable: "signing_key_unreadable"
        case .keyTooOpen: "signing_key_too_open"
        case .badKey: "signing_bad_key"
        case .keyExists: "signing_key_exists"
        case .keyNotWritten: "signing_key_not_written"
        case .noCryptography: "signing_no_cryptography"
        case .badEnvelope: "signing_bad_envelope"
        case .unsigned: "signing_unsigned"
        case .wrongSignature: "signing_wrong_signature"
        case .unknownKey: "signing_unknown_key"
        case .otherPayload: "signing_other_payload"
        }
    }

    package var what: SafeText {
        switch self {
        case .keyUnreadable(let path, let reason): "the key \(path) cannot be read: \(reason)"
        case .keyTooOpen(let path):
            "the private key \(path) is open to others than its owner"
        case .badKey(let path, let wanted): "\(path) is no \(wanted)"
        case .keyExists(let path): "\(path) is there already"
        case .keyNotWritten(let path, let reason): "the key \(path) cannot be written: \(reason)"
        case .noCryptography: "OpenSSL did not make or use an Ed25519 key"
        case .badEnvelope(let reason): "it is no signed envelope: \(reason)"
        case .unsigned: "it is not signed"
        case .wrongSignature: "the signature is not of these bytes: they were changed"
        case .unknownKey: "it is signed by no key that is known here"
        case .otherPayload: "what was signed is meant for something else"
        }
    }

    package var remedy: SafeText {
        switch self {
        case .keyUnreadable: "Check the path and its rights"
        case .keyTooOpen: "Take the rights away from others: chmod 600"
        case .badKey:
            "Make a pair with 'vigil key make', or with openssl genpkey -algorithm ed25519"
        case .keyExists: "Name another file; what an old key has signed needs the old key"
        case .keyNotWritten: "Check the folder, its rights and the space left"
        case .noCryptography: "Check that the system's libssl3 has Ed25519 (no FIPS-only mode)"
        case .badEnvelope, .unsigned, .otherPayload:
            "Take the file as the command that signs it wrote it"
        case .wrongSignature: "Get the file anew from whoever signed it, and ask them"
        case .unknownKey: "Name the public key of whoever signed it, if you trust them"
        }
    }

    package var disposition: Disposition {
        switch self {
        case .keyUnreadable: .shutDown(.noInput)
        case .keyTooOpen: .shutDown(.noPermission)
        case .keyExists, .keyNotWritten: .shutDown(.ioError)
        case .noCryptography: .shutDown(.osError)
        case .badKey, .badEnvelope, .unsigned, .wrongSignature, .unknownKey, .otherPayload:
            .shutDown(.dataError)
        }
    }
}
