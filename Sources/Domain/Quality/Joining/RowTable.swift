/// What records say of studies, each once: studies of which the same is said share a row, and rows
/// of one model's codes share those.
struct RowTable: Sendable {
    /// A row as it is kept, with the numbers of what it shares with others.
    struct Row: Sendable, Hashable {
        let standing: StudyStanding
        let kind: Kind
        let answers: [CodeAnswer]
    }

    /// Of which findings, and of what kind of study.
    struct Kind: Sendable, Hashable {
        let codes: Int32
        let traits: Int32
    }

    private var rows = Interned<Row>()
    private var codes = Interned<[String]>()
    private var traits = Interned<[QualityTrait: String]>()

    /// The number of a row, which is taken in unless it is there.
    mutating func number(of row: StudyRow) -> Int32 {
        rows.number(
            of: Row(
                standing: row.standing,
                kind: Kind(
                    codes: codes.number(of: row.codes), traits: traits.number(of: row.traits)),
                answers: row.answers))
    }

    subscript(number: Int32) -> Row { rows[number] }

    /// The codes that a kind's answers are of, in their order.
    func codes(of kind: Kind) -> [String] { codes[kind.codes] }

    /// What a kind's studies are.
    func traits(of kind: Kind) -> [QualityTrait: String] { traits[kind.traits] }
}
