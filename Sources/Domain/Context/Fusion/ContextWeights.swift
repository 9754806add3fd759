package import VigilCore

/// A site's weights for what is known of patients: the file `vigil tune --context` writes.
package struct ContextWeights: Sendable, Hashable {
    /// The value of `schema` in a file that this version reads.
    package static let schema = "vigil.context/1"
    static let findingsMax = 512
    /// The longest file that is read.
    package static let bytesMax = 1 << 20
    /// What a file says of its site where nobody named one.
    package static let siteNotStated = "not stated"

    /// Whose studies they were fitted on.
    package let site: String
    package let made: Timestamp
    /// The digest of the model whose scores they are added to.
    package let model: Digest
    package let fits: [ContextFit]

    package init(site: String, made: Timestamp, model: Digest, fits: [ContextFit]) {
        self.site = site
        self.made = made
        self.model = model
        self.fits = fits
    }

    /// Why they are not for a site; nil where they are, or where one of both is not said.
    package func refusal(site: String?) -> ContextError.Refusal? {
        guard let site, self.site != Self.siteNotStated else { return nil }
        return site == self.site ? nil : .otherSite
    }

    /// How one finding is fused; nil where context gained nothing for it.
    package func fit(code: String, head: String?) -> ContextFit? {
        fits.first { $0.code == code && $0.head == head }
    }

    /// All of it. A file's text is this in sorted order.
    package var json: JSONValue {
        [
            "schema": .string(Self.schema), "site": .string(site),
            "made_at": .string(made.description), "model": .string(model.hex),
            "findings": .array(fits.map(\.json)),
        ]
    }

    /// The text of a file, which its digest is of.
    package var text: String {
        String(decoding: JSONWriter.bytes(json, order: .sorted), as: UTF8.self) + "\n"
    }

    /// Names these weights in records.
    package var digest: Digest { Digest(of: text.utf8) }
}

extension ContextFit {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["code"] = .string(code)
        if let head { object["head"] = .string(head) }
        object["intercept"] = .number(intercept)
        object["slope"] = .number(slope)
        object["terms"] = .array(
            terms.map {
                [
                    "item": .string($0.item.rawValue), "scale": .string($0.scale.rawValue),
                    "center": .number($0.center), "spread": .number($0.spread),
                    "weight": .number($0.weight),
                ]
            })
        object["gain"] = [
            "studies": .integer(Int64(gain.studies)),
            "positives": .integer(Int64(gain.positives)), "image": .number(gain.image),
            "fused": .number(gain.fused), "low": .number(gain.low), "high": .number(gain.high),
        ]
        return .object(object)
    }
}
