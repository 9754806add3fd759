import FoundationModel
import Testing

extension ClipModel {
    /// A folder's model by the one way that there is; refuses other families.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ClipModel {
        try FoundationModelLoader.load(directory: directory, options: options).pair()
    }
}

extension VisionModel {
    /// A folder's model by the one way that there is.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws -> VisionModel {
        let loaded = try FoundationModelLoader.load(directory: directory, options: options)
        return try #require(loaded.images as? VisionModel)
    }
}

extension DenseNetModel {
    /// A folder's model by the one way that there is.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws -> DenseNetModel {
        let loaded = try FoundationModelLoader.load(directory: directory, options: options)
        return try #require(loaded.images as? DenseNetModel)
    }
}

extension VolumeModel {
    /// A folder's model by the one way that there is.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws -> VolumeModel {
        try #require(
            try FoundationModelLoader.load(directory: directory, options: options).volumes)
    }
}
