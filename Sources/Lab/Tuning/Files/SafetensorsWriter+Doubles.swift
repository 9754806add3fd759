internal import Weights

extension SafetensorsWriter.Tensor {
    /// A tensor of numbers that were found in double precision, kept in single.
    init(_ name: String, _ shape: [Int], _ elements: [Double]) {
        self.init(name: name, shape: shape) { out in
            for (index, element) in elements.enumerated() where index < out.count {
                out[index] = Float(element)
            }
        }
    }
}
