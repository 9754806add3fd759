/// The member `intendedInput` of a model's `vigil.json`.
extension IntendedInput {
    /// Its name.
    package static let memberName = "intendedInput"

    /// One of its sets.
    package typealias List = any WritableKeyPath<IntendedInput, Set<String>> & Sendable

    /// Its sets by their names.
    package static let lists: [(String, List)] = [
        ("sopClasses", \.sopClasses), ("modalities", \.modalities), ("imageTypes", \.imageTypes),
        ("presentationIntents", \.intents), ("bodyParts", \.bodyParts), ("views", \.views),
    ]
    /// The names of all else.
    package static let ageName = "ages"
    package static let matrixName = "leastMatrix"
    package static let annotationName = "takesBurnedInAnnotation"

    /// All names that it may have.
    package static let memberNames = lists.map(\.0) + [ageName, matrixName, annotationName]

    /// As it stands in `vigil.json`; what allows everything is left out.
    package var json: JSONValue {
        var object = JSONObject()
        for (name, path) in Self.lists where !self[keyPath: path].isEmpty {
            object[name] = .array(self[keyPath: path].sorted().map { .string($0) })
        }
        if let ages {
            object[Self.ageName] = [
                .integer(Int64(ages.lowerBound)), .integer(Int64(ages.upperBound)),
            ]
        }
        if leastRows > 0 || leastColumns > 0 {
            object[Self.matrixName] = [
                .integer(Int64(leastRows)), .integer(Int64(leastColumns)),
            ]
        }
        if !takesBurnedInAnnotation { object[Self.annotationName] = false }
        return .object(object)
    }
}
