import Commands
import FoundationModel
import Imaging
import VigilCore

/// Why a film has its score. No identifier of a patient, study or image is among it.
struct Explanation {
    let file: String
    let instance: DecodedInstance
    let frame: Int
    let evidence: Evidence
    let patchSize: Int
    let placement: InputPlacement
    let regions: [EvidenceRegion]
    /// The score without the strongest patches.
    let without: EvidenceScore
    /// How many they are.
    let removed: Int
    let flags: [String]

    /// One object. Boxes are columns and rows of the file's matrix, counted from 0 at the top left.
    var json: String {
        let map = evidence.map
        var object = JSONObject()
        object["file"] = .string(file)
        object["finding"] = .string(evidence.code)
        object["frame"] = .integer(Int64(frame))
        object["logit"] = .number(Double(evidence.score.logit))
        object["probability"] = .number(Double(evidence.score.probability))
        object["patches"] = .number(evidence.patches)
        object["rest"] = .number(evidence.rest)
        var terms = JSONObject()
        for term in evidence.terms { terms[term.kind.rawValue] = .number(term.share) }
        object["terms"] = .object(terms)
        object["error"] = .number(evidence.error)
        object["layers"] = .integer(Int64(evidence.layers))
        object["regions"] = .array(regions.map(Self.json))
        object["input"] = input.map { .object(Self.members($0)) }
        object["without_strongest"] = [
            "patches": .integer(Int64(removed)), "logit": .number(Double(without.logit)),
            "probability": .number(Double(without.probability)),
        ]
        object["map"] = [
            "side": .integer(Int64(map.grid.columns)), "patch_size": .integer(Int64(patchSize)),
            "step": .number(map.step), "digest": .string(map.digest.hex),
            "values": .array(map.values.map { .integer(Int64($0)) }),
        ]
        object["flags"] = .array(flags.map { .string($0) })
        return JSONWriter.text(.object(object)) + "\n"
    }

    private static func json(_ region: EvidenceRegion) -> JSONValue {
        var object = members(region.box)
        object["share"] = .number(region.share)
        object["patches"] = .integer(Int64(region.patches.count))
        return .object(object)
    }

    private static func members(_ box: PixelBox) -> JSONObject {
        var object = JSONObject()
        object["column"] = .integer(Int64(box.left))
        object["row"] = .integer(Int64(box.top))
        object["columns"] = .integer(Int64(box.width))
        object["rows"] = .integer(Int64(box.height))
        return object
    }

    /// The part of the film that the model sees.
    private var input: PixelBox? {
        placement.box(
            left: 0, top: 0, right: evidence.grid.columns * patchSize,
            bottom: evidence.grid.rows * patchSize)
    }

    /// Tables for people.
    var text: String {
        var sum = TextTable([.init("part of the logit"), .init("value", isNumber: true)])
        sum.add(["patches", evidence.patches.text(decimals: 4)])
        for term in evidence.terms {
            sum.add([term.kind.rawValue, term.share.text(decimals: 4)])
        }
        sum.add(["logit", Double(evidence.score.logit).text(decimals: 4)])
        var places = TextTable(
            [.init("region")]
                + ["column", "row", "columns", "rows", "share"].map { .init($0, isNumber: true) })
        for (index, region) in regions.enumerated() {
            let box = region.box
            places.add(
                ["\(index + 1)"] + [box.left, box.top, box.width, box.height].map(String.init)
                    + [region.share.text(decimals: 4)])
        }
        let (score, left) = (evidence.score.probability, without.probability)
        let frames = instance.frames.count > 1 ? ", frame \(frame)" : ""
        return VisibleText.escaped(file) + "\(frames)  \(evidence.code) "
            + Double(score).text(decimals: 4) + "\n"
            + flags.map { "  warning: \($0)\n" }.joined()
            + sum.text + (regions.isEmpty ? "no patch speaks for it\n" : places.text)
            + "without its \(removed) strongest patches: \(Double(left).text(decimals: 4))\n"
    }

    /// The film in colour, as PNG.
    var picture: [UInt8] {
        var film = HeatFilm(instance.frames[frame])
        let greatest = evidence.shares.map(\.magnitude).max() ?? 0
        for (patch, share) in evidence.shares.enumerated() where greatest > 0 {
            let (row, column) = (
                patch / evidence.grid.columns, patch % evidence.grid.columns
            )
            let box = placement.box(
                left: column * patchSize, top: row * patchSize, right: (column + 1) * patchSize,
                bottom: (row + 1) * patchSize)
            if let box { film.heat(box, strength: share / greatest) }
        }
        for region in regions { film.frame(region.box) }
        return film.png
    }
}
