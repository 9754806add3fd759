package import VigilCore

/// Why the page does not start.
package enum PageError: VigilError {
    /// Brokers, the server or the system refuse something.
    case refused(any VigilError)
    /// It would answer others than this machine, and asks for no token.
    case tokenMissing(address: SafeText)
    /// The token is one that can be guessed.
    case tokenShort

    /// The error's name in logs.
    package var code: SafeText {
        switch self {
        case .refused(let error): error.code
        case .tokenMissing: "page_token_missing"
        case .tokenShort: "page_token_short"
        }
    }

    /// What happened, and where.
    package var what: SafeText {
        switch self {
        case .refused(let error): error.what
        case .tokenMissing(let address):
            "http: at \(address) others than this machine would be answered without a token"
        case .tokenShort: "http: the token has fewer than 32 characters"
        }
    }

    /// What to do about it.
    package var remedy: SafeText {
        switch self {
        case .refused(let error): error.remedy
        case .tokenMissing:
            "Name a file with a token (token-file), or answer on 127.0.0.1 behind a proxy"
        case .tokenShort: "Make one with 'openssl rand -hex 32', in a file of mode 0600"
        }
    }

    /// How the program ends.
    package var disposition: Disposition {
        switch self {
        case .refused(let error): error.disposition
        case .tokenMissing, .tokenShort: .shutDown(.config)
        }
    }
}
