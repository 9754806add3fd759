internal import VigilCore

/// The member `intendedInput` of `vigil.json`.
extension IntendedInput {
    /// Nil when nothing is stated. A name that is not known is refused: what it was meant to rule
    /// out would be taken.
    init?(_ model: ConfigurationReader) throws(ModelError) {
        guard let members = model.member(Self.memberName)?.objectValue?.members else {
            guard model.member(Self.memberName) == nil else {
                throw model.bad(Self.memberName, "it is no object")
            }
            return nil
        }
        let reader = try model.object(Self.memberName)
        for member in members where !Self.memberNames.contains(member.name) {
            throw reader.bad(member.name, "it is not known")
        }
        self.init()
        for (name, path) in Self.lists {
            let texts = try reader.texts(name, default: [], count: 1...64)
            self[keyPath: path] = Set(texts.map { $0.uppercased() })
        }
        let bounds = try reader.integers(Self.ageName, default: [], count: 2...2, in: 0...150)
        if bounds.count == 2 {
            guard bounds[0] <= bounds[1] else {
                throw reader.bad(Self.ageName, "the first is greater than the second")
            }
            ages = bounds[0]...bounds[1]
        }
        let matrix = try reader.integers(
            Self.matrixName, default: [0, 0], count: 2...2, in: 0...65_535)
        (leastRows, leastColumns) = (matrix[0], matrix[1])
        takesBurnedInAnnotation = try reader.bool(Self.annotationName, default: true)
    }
}
