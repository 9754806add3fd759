internal import CKernels
internal import VigilCore

/// Positions along the three axes of an image; in two dimensions the depth is 1.
package struct Extent: Sendable, Hashable {
    package var depth: Int
    package var height: Int
    package var width: Int

    package init(_ depth: Int, _ height: Int, _ width: Int) {
        self.depth = depth
        self.height = height
        self.width = width
    }

    /// The same along each axis.
    package init(all side: Int) { self.init(side, side, side) }

    /// Positions of the whole.
    package var count: Int { depth * height * width }

    /// A function of each axis.
    package func map(_ body: (KeyPath<Extent, Int>) -> Int) -> Extent {
        Extent(body(\.depth), body(\.height), body(\.width))
    }

    var code: (Int, Int, Int) { (depth, height, width) }
    var values: [Int] { [depth, height, width] }
}

/// A window that slides over images [depth, height, width, channels] of float32, channels last: a
/// convolution's or a pooling's.
package struct WindowShape: Sendable, Hashable {
    /// Positions of an input image.
    package let size: Extent
    /// Positions of an output image.
    package let output: Extent
    package let kernel: Extent
    package let stride: Extent
    /// Positions of padding before the image; after it there is as much as `output` asks for.
    package let padding: Extent
    package let channels: Int

    /// The largest extent of an image, a kernel or a stride.
    package static let sideMax = 1 << 16

    /// - Parameter output: nil: with as much padding after the image as before, rounded down.
    /// - Throws: ``TensorError/badShape(_:)`` for sizes out of range, or a window that does not
    ///   fit.
    package init(
        size: Extent, channels: Int, kernel: Extent, stride: Extent = Extent(all: 1),
        padding: Extent = Extent(all: 0), output: Extent? = nil
    ) throws(TensorError) {
        let positive = size.values + kernel.values + stride.values
        guard positive.allSatisfy({ (1...Self.sideMax).contains($0) }),
            padding.values.allSatisfy({ (0...Self.sideMax).contains($0) }),
            (1...PackedLayout.inputsMax).contains(channels), kernel.count <= PackedLayout.inputsMax
        else { throw .badShape("window") }
        let fitting = size.map {
            (size[keyPath: $0] + 2 * padding[keyPath: $0] - kernel[keyPath: $0])
                / stride[keyPath: $0] + 1
        }
        let output = output ?? fitting
        guard output.values.allSatisfy({ $0 >= 1 }) else { throw .badShape("window") }
        self.size = size
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.channels = channels
    }

    /// What the window covers, all channels: a row of a convolution as a matrix product.
    package var inputs: Int { kernel.count * channels }

    /// Operations of a convolution of one image with so many outputs, a multiply-add as two.
    package func operations(outputs: Int) -> Double {
        2 * Double(output.count) * Double(inputs) * Double(outputs)
    }

    func code(_ x: UnsafePointer<Float>, stride step: Int) -> vigil_window {
        vigil_window(
            x: x, x_stride: step, channels: channels, size: size.code, out_size: output.code,
            kernel: kernel.code, stride: stride.code, padding: padding.code)
    }
}
