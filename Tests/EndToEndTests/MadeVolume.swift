import Foundation
import FoundationModel
import Testing
import VigilCore
import Weights

/// An encoder of CT volumes with seeded weights and a probe, and slices for it.
enum MadeVolume {
    /// A few bottlenecks on a volume of the slices' size.
    static let small = """
        {"model_type": "i3d-resnet", "depths": [1, 1], "num_init_features": 4,
         "volume": [20, 18, 12]}
        """
    /// The same with a classifier of three outputs, one of which is not told.
    static let labelled = small.replacing("{", with: #"{"labels": ["Septicemia", "", "Anemia"], "#)
    /// Ten bottlenecks on more voxels: 45 GFLOP a volume.
    static let slow = """
        {"model_type": "i3d-resnet", "depths": [6, 4], "num_init_features": 64,
         "volume": [96, 96, 64]}
        """

    /// Writes the model's folder; gives its path.
    static func model(_ text: String = small, hasProbe: Bool = true) throws -> String {
        let path = try RunFolder.make() + "/volumes"
        try FileManager.default.createDirectory(
            atPath: path + "/adapters", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/config.json"))
        let configuration = try ResNet3d.configuration(JSONParser.parse(Array(text.utf8)))
        let tensors = ResNet3d.tensors(configuration)
        let source = SeededWeights(seed: 5, tensors: tensors)
        try SafetensorsWriter.write(
            tensors.map { tensor in
                SafetensorsWriter.Tensor(name: tensor.name, shape: tensor.shape) {
                    source.fill(tensor, into: $0)
                }
            }, to: path + "/model.safetensors")
        guard hasProbe else { return path }
        try MadeAdapter.probe(
            to: path + "/adapters/probe.safetensors", base: MadeAdapter.base(path),
            width: configuration.embeddingWidth, code: "pulmonary_embolism")
        return path
    }

    /// One axial slice of 16 by 16 pixels in Hounsfield units, 3 mm from the next.
    /// - Parameter value: of each pixel, before 1000 is taken off.
    static func slice(
        _ index: Int, study: String = "2.25.1", series: String = "2.25.2",
        value: (Int) -> Int16 = { Int16(200 + $0 * 4) }
    ) -> MadeDicom {
        var file = MadeDicom(study: study, series: series, instance: "\(series).\(index + 1)")
        file.set(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.2")
        file.set(0x0008, 0x0060, "CS", "CT")
        file.set(0x0020, 0x0032, "DS", "-12\\-12\\\(3 * index)")
        file.set(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0")
        file.set(0x0028, 0x0010, "US", number: 16)
        file.set(0x0028, 0x0011, "US", number: 16)
        file.set(0x0028, 0x0030, "DS", "1.5\\1.5")
        file.set(0x0028, 0x0100, "US", number: 16)
        file.set(0x0028, 0x0101, "US", number: 16)
        file.set(0x0028, 0x0102, "US", number: 15)
        file.set(0x0028, 0x0103, "US", number: 1)
        file.set(0x0028, 0x1052, "DS", "-1000")
        file.set(0x0028, 0x1053, "DS", "1")
        let values = (0..<256).map { value($0) + Int16(index * 90) }
        file.set(0x7fe0, 0x0010, "OW", bytes: values.flatMap { MadeDicom.bytes($0) })
        return file
    }
}
