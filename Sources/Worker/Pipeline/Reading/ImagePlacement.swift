package import Imaging
package import VigilCore

/// Where a model's input lies in what it was made of.
package enum ImagePlacement: Sendable {
    /// In a frame.
    case frame(InputPlacement)
    /// In a series, with its slices in the order of their places.
    case series(VolumePlacement, slices: [Finding.Evidence])

    /// The same where instances have other places.
    func moved(by places: [Int: Int]) -> ImagePlacement {
        guard case .series(let placement, let slices) = self else { return self }
        return .series(
            placement,
            slices: slices.map { slice in
                Finding.Evidence(
                    instance: places[slice.instance] ?? slice.instance, frame: slice.frame)
            })
    }
}
