internal import VigilCore

/// Holds a header against what one model takes. Pure.
struct IntendedInputRule: Sendable {
    let intended: IntendedInput

    /// What an attribute says of an object.
    enum Answer: Equatable {
        case fits
        /// It is absent, or says what is not known here.
        case unknown
        case differs(LeftOutReason)
    }

    /// A modality tells more than the class of the same image does.
    private static let order =
        [HeaderAttribute.modality] + HeaderAttribute.allCases.filter { $0 != .modality }

    /// The first attribute by which it is none that the model takes; nil when none is.
    func contradiction(_ header: InstanceHeader) -> LeftOutReason? {
        for attribute in Self.order {
            if case .differs(let reason) = answer(attribute, header) { return reason }
        }
        let anatomy = header.anatomy
        let isSmall =
            anatomy.rows > 0 && anatomy.columns > 0
            && (anatomy.rows < intended.leastRows || anatomy.columns < intended.leastColumns)
        if isSmall { return .tooSmall }
        let isAnnotated = anatomy.isAnnotated && !intended.takesBurnedInAnnotation
        return isAnnotated ? .burnedInAnnotation : nil
    }

    /// The attributes that the model asks for and that the header does not tell.
    func unknown(_ header: InstanceHeader) -> [HeaderAttribute] {
        HeaderAttribute.allCases.filter { answer($0, header) == .unknown }
    }

    private func answer(_ attribute: HeaderAttribute, _ header: InstanceHeader) -> Answer {
        switch attribute {
        case .sopClass: one(header.sopClass, of: intended.sopClasses, .otherImageType, attribute)
        case .modality: one(header.modality, of: intended.modalities, .otherModality, attribute)
        case .imageType:
            one(header.imageType.first ?? "", of: intended.imageTypes, .otherImageType, attribute)
        case .intent: intent(header)
        case .bodyPart: bodyPart(header.anatomy)
        case .view: view(header.anatomy)
        case .age: age(header.anatomy)
        }
    }

    private func one(
        _ stated: String, of allowed: Set<String>, _ reason: LeftOutReason,
        _ attribute: HeaderAttribute
    ) -> Answer {
        guard !allowed.isEmpty else { return .fits }
        guard !stated.isEmpty else { return .unknown }
        return allowed.contains(stated) ? .fits : .differs(reason)
    }

    /// Only some classes have one.
    private func intent(_ header: InstanceHeader) -> Answer {
        let isAsked = !header.intent.isEmpty || ObjectClass.statesIntent(header.sopClass)
        guard isAsked else { return .fits }
        return one(header.intent, of: intended.intents, .forProcessing, .intent)
    }

    /// Words that some makers add to a body part: how it was taken.
    private static let qualifiers: Set<String> = [
        "PA", "AP", "PORT", "PORTABLE", "FRONTAL", "UPRIGHT", "SUPINE", "ERECT", "VIEW", "VIEWS",
        "XR", "X", "RAY", "LAT", "LATERAL", "1V", "2V", "BED",
    ]

    private func bodyPart(_ anatomy: InstanceHeader.Anatomy) -> Answer {
        guard !intended.bodyParts.isEmpty else { return .fits }
        let words = anatomy.bodyPart.filter { !Self.qualifiers.contains($0) }
        let region = AnatomyCodes.bodyPart(anatomy.region)
        let stated = words.isEmpty ? [region].compactMap { $0 } : words
        guard !stated.isEmpty else { return .unknown }
        let whole = intended.bodyParts.contains(stated.joined(separator: " "))
        let fits = whole || stated.allSatisfy { intended.bodyParts.contains($0) }
        return fits ? .fits : .differs(.otherBodyPart)
    }

    /// Any sign of another view counts, whatever the others say.
    private func view(_ anatomy: InstanceHeader.Anatomy) -> Answer {
        guard !intended.views.isEmpty else { return .fits }
        let stated = anatomy.statedViews
        let others = stated.contains { !intended.views.contains($0) }
        let isFromTheSide = anatomy.isFromTheSide && !intended.views.contains("LATERAL")
        if others || isFromTheSide { return .differs(.otherView) }
        return stated.isEmpty ? .unknown : .fits
    }

    private func age(_ anatomy: InstanceHeader.Anatomy) -> Answer {
        guard let ages = intended.ages else { return .fits }
        guard let days = anatomy.age else { return .unknown }
        // Whole years of 365.25 days.
        return ages.contains(days * 4 / 1461) ? .fits : .differs(.ageOutOfRange)
    }
}

extension InstanceHeader.Anatomy {
    /// Whether rows or columns lead to the front or the back, or the body part says so.
    fileprivate var isFromTheSide: Bool {
        orientation.contains { $0.hasPrefix("A") || $0.hasPrefix("P") }
            || bodyPart.contains { ["LAT", "LATERAL"].contains($0) }
    }
}
