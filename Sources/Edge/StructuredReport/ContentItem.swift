/// An item of a report's content and what is below it.
struct ContentItem {
    /// What it is to the item above.
    enum Relationship {
        case root
        case contains
        case observationContext
        case acquisitionContext
        case conceptModifier
        case inferredFrom
        case selectedFrom
    }

    enum Value {
        /// With the template that it follows; nil: that of the item above.
        case container(template: String?)
        case code(CodedConcept)
        case text(String)
        case uid(String)
        /// A number without unit, and as written in decimals.
        case number(Double, decimal: String)
        case image(ImagePlace)
        /// Columns and rows by turns, from the upper left corner of the image.
        case polyline([Float])
    }

    let relationship: Relationship
    /// Nil for items whose relationship says it all.
    let concept: CodedConcept?
    let value: Value
    var children: [ContentItem]

    init(
        _ relationship: Relationship, _ concept: CodedConcept?, _ value: Value,
        _ children: [ContentItem] = []
    ) {
        self.relationship = relationship
        self.concept = concept
        self.value = value
        self.children = children
    }
}
