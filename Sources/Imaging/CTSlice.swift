/// What a volume needs of one decoded file.
package struct CTSlice: Sendable {
    let width: Int
    let height: Int
    /// Frames of the file; a volume takes files of one.
    let frames: Int
    let modality: Modality
    let place: SlicePlace?
    /// Millimetres between rows and columns.
    let spacing: [Double]?
    let values: [Int16]

    /// Takes what it needs of a file that was decoded with its values, and lets go of its grey
    /// frames.
    package init(_ instance: DecodedInstance) {
        width = instance.width
        height = instance.height
        frames = instance.frames.count
        modality = instance.modality
        place = instance.place
        spacing = instance.pixelSpacing.map { [$0.rows, $0.columns] }
        values = instance.values
    }

    /// A slice that comes from no file, for tests: CT, one frame.
    package init(
        width: Int, height: Int, place: SlicePlace?, spacing: [Double]?, values: [Int16],
        modality: Modality = .computedTomography
    ) {
        self.width = width
        self.height = height
        frames = 1
        self.modality = modality
        self.place = place
        self.spacing = spacing
        self.values = values
    }
}
