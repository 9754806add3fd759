/// What a volume needs of one slice: a file, or a frame of a file of several.
package struct CTSlice: Sendable {
    let width: Int
    let height: Int
    let modality: Modality
    let place: SlicePlace?
    let moment: SliceMoment
    /// Millimetres between rows and columns.
    let spacing: [Double]?
    let values: ArraySlice<Int16>

    /// The slices of a file that was decoded with its values: one a frame. They let go of its grey
    /// frames.
    package static func all(of instance: DecodedInstance) -> [CTSlice] {
        let size = instance.width * instance.height
        return instance.frames.indices.map { frame in
            let end = min((frame + 1) * size, instance.values.count)
            return CTSlice(
                width: instance.width, height: instance.height,
                place: instance.places.isEmpty ? nil : instance.places[frame],
                spacing: instance.pixelSpacing.map { [$0.rows, $0.columns] },
                values: instance.values[min(frame * size, end)..<end],
                modality: instance.modality,
                moment: instance.moments.isEmpty ? SliceMoment() : instance.moments[frame])
        }
    }

    /// A slice of its parts.
    package init(
        width: Int, height: Int, place: SlicePlace?, spacing: [Double]?,
        values: ArraySlice<Int16>, modality: Modality = .computedTomography,
        moment: SliceMoment = SliceMoment()
    ) {
        self.moment = moment
        self.width = width
        self.height = height
        self.modality = modality
        self.place = place
        self.spacing = spacing
        self.values = values
    }

    /// Values that it holds.
    package var count: Int { values.count }

    /// Whether it is of a CT and has all its values.
    var isTomography: Bool {
        modality == .computedTomography && values.count == width * height
    }

    /// Whether it is the same slice as another one, at the same place with the same values.
    func isRepeat(of other: CTSlice) -> Bool {
        place == other.place && values.elementsEqual(other.values)
    }
}
