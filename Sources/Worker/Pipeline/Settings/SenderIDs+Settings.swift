internal import Settings
internal import Wire

extension SenderIDs {
    /// As set: `auto` hides names where there is a secret to do it with.
    init(_ settings: Settings, _ pseudonyms: PseudonymKey) {
        let isHashed =
            switch settings.privacySenderIDs {
            case "pass": false
            case "hash": true
            default: !pseudonyms.isPublic
            }
        self = isHashed ? .hash(key: pseudonyms.bytes) : .pass
    }
}
