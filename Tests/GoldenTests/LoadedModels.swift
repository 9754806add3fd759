import FoundationModel
import Testing

extension PixelEncoder {
    /// A folder's model by the one way that there is; a test fails where its family is another.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws -> Self {
        let loaded = try FoundationModelLoader.load(directory: directory, options: options)
        return try #require(loaded.pixels as? Self)
    }
}

extension ClipModel {
    /// A folder's model by the one way that there is; refuses other families.
    static func load(
        directory: String, options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> ClipModel {
        try FoundationModelLoader.load(directory: directory, options: options).pair()
    }
}
