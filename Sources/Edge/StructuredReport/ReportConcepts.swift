/// The codes of a report's own words; where each is from stands behind it.
enum ReportConcepts {
    static let report = dcm("126000", "Imaging Measurement Report")  // PS3.16 CID 7021
    static let language = dcm("121049", "Language of Content Item and Descendants")  // TID 1204
    static let english = CodedConcept("en", "RFC5646", "English")  // CID 5000
    static let observerType = dcm("121005", "Observer Type")  // TID 1002
    static let device = dcm("121007", "Device")  // CID 270
    static let deviceUID = dcm("121012", "Device Observer UID")  // TID 1004
    static let deviceName = dcm("121013", "Device Observer Name")  // TID 1004
    static let deviceMaker = dcm("121014", "Device Observer Manufacturer")  // TID 1004
    static let deviceModel = dcm("121015", "Device Observer Model Name")  // TID 1004
    static let procedure = dcm("121058", "Procedure reported")  // TID 1500
    static let imaging = CodedConcept("363679005", "SCT", "Imaging procedure")  // CID 100
    static let library = dcm("111028", "Image Library")  // TID 1600
    static let libraryGroup = dcm("126200", "Image Library Group")  // TID 1600
    static let modality = dcm("121139", "Modality")  // TID 1602
    static let measurements = dcm("126010", "Imaging Measurements")  // TID 1500
    static let group = dcm("125007", "Measurement Group")  // TID 1501
    static let trackingText = dcm("112039", "Tracking Identifier")  // TID 1501
    static let trackingUID = dcm("112040", "Tracking Unique Identifier")  // TID 1501
    static let algorithm = dcm("111001", "Algorithm Name")  // TID 4019
    static let algorithmVersion = dcm("111003", "Algorithm Version")  // TID 4019
    static let algorithmParameter = dcm("111002", "Algorithm Parameters")  // TID 4019
    static let probability = dcm("122157", "Probability")  // PS3.16 annex D
    static let source = dcm("121112", "Source of Measurement")  // TID 320
    static let noUnits = CodedConcept("1", "UCUM", "no units")  // PS3.16 8.2
    // TID 1500
    static let evaluations = CodedConcept("C0034375", "UMLS", "Qualitative Evaluations")
    static let comment = dcm("121106", "Comment")  // PS3.16 annex D
    static let summary = dcm("111017", "CAD Processing and Findings Summary")  // TID 4001

    /// What is said of a finding (CID 240). An image that a model could not judge is neither.
    static let present = CodedConcept("52101004", "SCT", "Present")
    static let absent = CodedConcept("272519000", "SCT", "Absent")
    static let undetermined = CodedConcept("373068000", "SCT", "Undetermined")

    /// Why a finding is undetermined, why a study was not assessed, and the least probability that
    /// is flagged: Vigil's own, since no terminology has them.
    static let abstention = CodedConcept.own("reason_undetermined")
    static let notAssessed = CodedConcept.own("reason_not_assessed")
    static let calibrated = CodedConcept.own("calibrated_probability")
    static let threshold = CodedConcept.own("operating_point")

    /// What became of the algorithms (CID 6047).
    static func summary(failed: Int, of all: Int, hasFindings: Bool) -> CodedConcept {
        if failed == all { return dcm("111245", "No algorithms succeeded; without findings") }
        return switch (failed == 0, hasFindings) {
        case (true, false): dcm("111241", "All algorithms succeeded; without findings")
        case (true, true): dcm("111242", "All algorithms succeeded; with findings")
        case (false, false): dcm("111243", "Not all algorithms succeeded; without findings")
        case (false, true): dcm("111244", "Not all algorithms succeeded; with findings")
        }
    }

    /// The meaning of a modality (CID 29); nil for those that no model of Vigil's takes.
    static func modality(_ code: String) -> CodedConcept? {
        let meanings = [
            "CR": "Computed Radiography", "CT": "Computed Tomography",
            "DX": "Digital Radiography", "MG": "Mammography", "MR": "Magnetic Resonance",
            "PX": "Panoramic X-Ray", "RF": "Radiofluoroscopy", "US": "Ultrasound",
            "XA": "X-Ray Angiography",
        ]
        return meanings[code].map { dcm(code, $0) }
    }

    private static func dcm(_ value: String, _ meaning: String) -> CodedConcept {
        CodedConcept(value, "DCM", meaning)
    }
}
