internal import DecoderProtocol

extension InstanceHeader {
    /// What an image shows of the body, from where, of how old a patient, and how finely. Texts
    /// are empty where nothing is stated.
    package struct Anatomy: Sendable {
        /// Body Part Examined, its words.
        var bodyPart: [String] = []
        /// The code of Anatomic Region Sequence.
        var region = ""
        var view = ""
        /// The code of View Code Sequence.
        var viewCode = ""
        /// Patient Orientation: where rows and columns lead.
        var orientation: [String] = []
        /// In days; nil when it is not stated.
        var age: Int?
        /// Rows and Columns; 0 when not stated.
        var rows = 0
        var columns = 0
        /// The views that View Position and View Code Sequence state, as words of the former.
        var statedViews: [String] {
            [view, AnatomyCodes.view(viewCode) ?? ""].filter { !$0.isEmpty }
        }

        /// Whether it says that text is burned into it.
        var isAnnotated = false

        /// What a decoder tells of a file.
        init(_ facts: HeaderFacts.Anatomy) {
            func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
            self.init(
                bodyPart: text(facts.bodyPart), region: text(facts.region), view: text(facts.view),
                viewCode: text(facts.viewCode), orientation: text(facts.orientation),
                age: facts.age < 0 ? nil : Int(facts.age), isAnnotated: facts.isAnnotated)
            rows = Int(clamping: facts.rows)
            columns = Int(clamping: facts.columns)
        }

        /// What gates look at, as it stands in a file.
        ///
        /// - Parameter age: in days.
        package init(
            bodyPart: String = "", region: String = "", view: String = "", viewCode: String = "",
            orientation: String = "", age: Int? = nil, rows: Int = 0, columns: Int = 0,
            isAnnotated: Bool = false
        ) {
            self.bodyPart = InstanceHeader.plain(bodyPart).split(separator: " ").map(String.init)
            self.region = region
            self.view = InstanceHeader.plain(view)
            self.viewCode = viewCode
            self.orientation = orientation.uppercased()
                .split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
            self.age = age
            self.rows = rows
            self.columns = columns
            self.isAnnotated = isAnnotated
        }
    }
}
