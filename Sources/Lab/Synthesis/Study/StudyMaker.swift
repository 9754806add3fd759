/// Makes studies, one after another, on one thread.
package final class StudyMaker {
    private let options: SynthesisOptions
    private let radiographs: RadiographRenderer
    private let slices: SliceRenderer
    private let codec: any PixelCodec

    /// A maker; `codec` compresses where the options ask for it.
    package init(_ options: SynthesisOptions, codec: any PixelCodec = NoCodec()) {
        self.options = options
        self.codec = codec
        radiographs = RadiographRenderer(size: options.size)
        slices = SliceRenderer(size: options.size)
    }

    /// Makes study `number`.
    package func make(_ number: Int) throws(SynthesisError) -> SyntheticStudy {
        try make(Blueprint(options, number: number))
    }

    /// Makes a study from its decisions.
    package func make(_ blueprint: Blueprint) throws(SynthesisError) -> SyntheticStudy {
        switch blueprint.kind {
        case .radiograph: try radiograph(blueprint)
        case .chestCT, .headCT: try series(blueprint)
        }
    }

    /// The films of a study: grey levels and masks.
    package func films(_ blueprint: Blueprint) -> [Radiograph] {
        blueprint.technique.projections.map { projection in
            let body = chest(blueprint, hasArms: projection != .lateral)
            let habitus = blueprint.habitus
            var draw = blueprint.random.fork("field-\(projection.rawValue)")
            let field = (372 + draw.normal(0, 11)) * max(habitus.width, habitus.height * 0.94)
            let side = projection == .lateral ? "L" : draw.pick(["L", "R"])
            let view = View(
                projection: projection, size: blueprint.technique.size, field: field,
                middle: 100 * habitus.height + draw.normal(0, 9),
                across: draw.normal(0, 6), degrees: blueprint.technique.turn)
            let marker = Marker(
                letter: Character(side), x: side == "L" ? 0.88 : 0.05,
                y: draw.uniform(0.03...0.12))
            return radiographs.render(
                body, view: view, look: blueprint.technique.look,
                exposure: blueprint.technique.exposure,
                findings: blueprint.findings.count, marks: [marker])
        }
    }

    private func chest(_ blueprint: Blueprint, hasArms: Bool) -> Body {
        let habitus = FindingPlanter.adjust(blueprint.habitus, for: blueprint.findings)
        let builder = ChestBuilder(
            habitus: habitus, isSupine: blueprint.isSupine, hasArms: hasArms,
            random: blueprint.random.fork("chest"))
        let planter = FindingPlanter(
            thorax: builder.thorax, isSupine: blueprint.isSupine,
            random: blueprint.random.fork("plant"))
        var plantings = blueprint.findings.enumerated().map { planter.plant($1, index: $0) }
        var draw = blueprint.random.fork("devices")
        let devices = Devices(mediastinum: builder.mediastinum).tubes(blueprint.devices, &draw)
        plantings.append(Planting(tubes: devices))
        return builder.body(plantings)
    }

    private func radiograph(_ blueprint: Blueprint) throws(SynthesisError) -> SyntheticStudy {
        var images: [SyntheticStudy.Image] = []
        for (index, film) in films(blueprint).enumerated() {
            let uid = blueprint.uid("instance", String(index + 1))
            let file = InstanceFile(blueprint, number: index + 1, uid: uid)
            images.append(
                SyntheticStudy.Image(
                    instanceUID: uid, name: "\(index + 1).dcm",
                    bytes: try file.radiograph(film, codec), masks: film.masks,
                    view: film.view.projection.rawValue, spacing: film.view.spacing))
        }
        return SyntheticStudy(blueprint: blueprint, images: images)
    }

    private func series(_ blueprint: Blueprint) throws(SynthesisError) -> SyntheticStudy {
        let isHead = blueprint.kind == .headCT
        let body =
            isHead
            ? Head(
                age: blueprint.patient.age, isFemale: blueprint.patient.isFemale,
                random: blueprint.random.fork("head")
            ).body(blueprint.findings)
            : chest(blueprint, hasArms: false)
        let field = isHead ? 230.0 : 400 * blueprint.habitus.width
        let step = isHead ? 6.0 : 12.0
        let low = isHead ? -60.0 : -50
        let view = SliceView(
            size: blueprint.technique.size, spacing: field / Double(blueprint.technique.size),
            step: step,
            heights: (0..<24).map { low + Double($0) * step }, noise: isHead ? 3.2 : 13,
            unevenness: isHead ? 0.003 : 0.12)
        let cut = slices.render(
            body, view: view, findings: blueprint.findings.count,
            seed: blueprint.technique.exposure.seed)
        var images: [SyntheticStudy.Image] = []
        for (index, slice) in cut.enumerated() {
            let uid = blueprint.uid("instance", String(index + 1))
            let file = InstanceFile(blueprint, number: index + 1, uid: uid)
            images.append(
                SyntheticStudy.Image(
                    instanceUID: uid, name: "\(index + 1).dcm",
                    bytes: try file.slice(slice, view, codec), masks: slice.masks,
                    view: "axial", spacing: view.spacing))
        }
        return SyntheticStudy(blueprint: blueprint, images: images)
    }
}
