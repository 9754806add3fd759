/// Objects that are refused by their attributes, before their pixels are looked at.
enum PictureRules {
    private static let storage = "1.2.840.10008.5.1.4.1.1."
    /// By what follows ``storage``: images, and what refers to them.
    private static let plain: Set<String> = [
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1", "2", "2.1", "2.2", "4", "4.1", "4.2",
        "4.3", "4.4", "9.1.1", "9.1.2", "9.1.3", "9.1.4", "9.2.1", "9.3.1", "9.5.1", "9.6.1",
        "9.6.2", "9.7.1", "9.7.2", "9.7.3", "9.7.4", "9.8.1", "12.1", "12.1.1", "12.2", "12.2.1",
        "13.1.1", "13.1.2", "13.1.3", "13.1.4", "13.1.5", "14.1", "14.2", "20", "30", "66.1",
        "66.2", "66.3", "66.4", "66.5", "66.6", "67", "77.1.5.3", "77.1.5.4", "128", "128.1",
        "130", "91.1",
    ]
    /// Presentation states, measurements, radiotherapy: attributes alone.
    private static let plainFamilies = ["11", "68", "78", "79", "80", "81", "82", "481"]
    /// Captured screens, and pictures that machines write names into.
    private static let captured = ["3", "6", "7", "77"]
    /// What holds bytes that no attribute speaks of.
    private static let opaque = ["66", "104", "9.4.1", "9.4.2"]
    /// Reports and key objects.
    private static let structured = ["88", "90"]
    /// Modalities that are grey where nothing was drawn into them.
    private static let grey: Set<String> = [
        "CR", "CT", "DX", "IO", "MG", "MR", "NM", "PT", "PX", "RF", "RG", "XA",
    ]
    private static let screens = ["SCREEN", "SECONDARY CAPTURE", "REPORT", "LABEL", "OVERVIEW"]

    /// Refuses what may show or hold a name that no attribute tells of.
    static func check(
        _ set: DataSet, of sopClass: String, options: Set<ConfidentialityOption>,
        arePixelsSeen: Bool
    ) throws(DeidentificationRefusal) {
        let isCaptured = try isCaptured(sopClass, options)
        if set.text(.burnedIn).uppercased() == "YES" { throw .burnedInByTag }
        if set.text(.recognizable).uppercased() == "YES" { throw .recognizable }
        if hasOverlayInPixels(set) { throw .overlayInPixels }
        guard !arePixelsSeen else { return }
        if isCaptured { throw .burnedInByClass }
        let type = set.text(.imageType).uppercased()
        let isColoured =
            grey.contains(set.text(.modality)) && set.element(.pixelData) != nil
            && !["MONOCHROME1", "MONOCHROME2"].contains(set.text(.photometric))
        if isColoured || screens.contains(where: type.contains)
            || !set.text(.conversionType).isEmpty
        {
            throw .burnedInByKind
        }
    }

    /// Whether objects of a class are pictures that often show names.
    private static func isCaptured(
        _ sopClass: String, _ options: Set<ConfidentialityOption>
    ) throws(DeidentificationRefusal) -> Bool {
        guard sopClass.hasPrefix(storage), StandardUID.areAll(Array(sopClass.utf8)[...]) else {
            throw .unknownClass
        }
        let rest = String(sopClass.dropFirst(storage.count))
        if plain.contains(rest) { return false }
        if opaque.contains(rest) || isOf(rest, ["104"]) { throw .opaqueObject }
        if isOf(rest, structured) {
            guard options.contains(.cleanStructuredContent) else { throw .structuredContent }
            return false
        }
        if isOf(rest, plainFamilies) { return false }
        guard isOf(rest, captured) else { throw .unknownClass }
        return true
    }

    private static func isOf(_ rest: String, _ families: [String]) -> Bool {
        families.contains { rest == $0 || rest.hasPrefix($0 + ".") }
    }

    /// Whether an overlay has no data of its own, which it has in unused bits of the pixels then
    /// (retired in 2004), where it would stay.
    private static func hasOverlayInPixels(_ set: DataSet) -> Bool {
        set.elements.contains { element in
            element.tag.group & 0xFF00 == 0x6000 && element.tag.element == 0x0010
                && set.element(DicomTag(group: element.tag.group, element: 0x3000)) == nil
        }
    }
}
