import Imaging
import Testing
import VigilCore

@Suite("The gate holds a header against what the model takes")
struct IntendedInputTests {
    private typealias Anatomy = InstanceHeader.Anatomy
    private static let storage = "1.2.840.10008.5.1.4.1.1."

    /// A model of frontal chest films of adults that asks for every attribute.
    private static let chest: IntendedInput = {
        var intended = IntendedInput()
        intended.sopClasses = [storage + "1", storage + "1.1"]
        intended.modalities = ["CR", "DX"]
        intended.imageTypes = ["ORIGINAL", "DERIVED"]
        intended.intents = ["FOR PRESENTATION"]
        intended.bodyParts = ["CHEST", "THORAX"]
        intended.views = ["PA", "AP"]
        intended.ages = 16...100
        (intended.leastRows, intended.leastColumns) = (224, 224)
        intended.takesBurnedInAnnotation = false
        return intended
    }()

    private static let adult = 40 * 366

    private static func film(
        sopClass: String = storage + "1.1", modality: String = "DX",
        imageType: [String] = ["ORIGINAL", "PRIMARY"], intent: String = "FOR PRESENTATION",
        _ anatomy: InstanceHeader.Anatomy = Anatomy(
            bodyPart: "CHEST", view: "PA", age: adult, rows: 2000, columns: 2000)
    ) -> InstanceHeader {
        InstanceHeader(
            sopClass: sopClass, modality: modality, imageType: imageType, intent: intent,
            anatomy: anatomy)
    }

    private static func film(
        bodyPart: String = "CHEST", region: String = "", view: String = "PA",
        viewCode: String = "", orientation: String = "", age: Int? = adult, rows: Int = 2000,
        columns: Int = 2000, isAnnotated: Bool = false
    ) -> InstanceHeader {
        film(
            Anatomy(
                bodyPart: bodyPart, region: region, view: view, viewCode: viewCode,
                orientation: orientation, age: age, rows: rows, columns: columns,
                isAnnotated: isAnnotated))
    }

    private static func verdict(
        _ header: InstanceHeader,
        without: Set<HeaderAttribute> = Set(HeaderAttribute.allCases).subtracting([.modality])
    ) -> HeaderGate.Verdict {
        HeaderGate(intended: [chest], takesWithout: without).verdict(on: header)
    }

    @Test("a film that says all that the model asks for is taken, with nothing unknown")
    func fits() {
        let films = [
            Self.film(), Self.film(modality: "CR"), Self.film(bodyPart: "thorax"),
            Self.film(bodyPart: "CHEST PA"), Self.film(bodyPart: "PORTABLE_CHEST"),
            Self.film(bodyPart: "", region: "816094009"),
            Self.film(bodyPart: "", region: "T-D3000"),
            Self.film(view: "ap "), Self.film(view: "", viewCode: "399348003"),
            Self.film(view: "", viewCode: "R-40888"), Self.film(orientation: "L\\F"),
            Self.film(age: 16 * 365 + 4), Self.film(rows: 224, columns: 224),
        ]
        for film in films { #expect(Self.verdict(film) == .take(unknown: [])) }
    }

    @Test("what contradicts the model is left out by a reason of its own")
    func contradictions() {
        let cases: [(InstanceHeader, LeftOutReason)] = [
            (Self.film(sopClass: Self.storage + "12.1"), .otherImageType),
            (Self.film(sopClass: Self.storage + "2", modality: "CT"), .otherModality),
            (Self.film(modality: "US"), .otherModality),
            (Self.film(imageType: ["MIXED", "PRIMARY"]), .otherImageType),
            (Self.film(intent: "FOR PROCESSING"), .forProcessing),
            (Self.film(bodyPart: "ABDOMEN"), .otherBodyPart),
            (Self.film(bodyPart: "CHEST ABDOMEN"), .otherBodyPart),
            (Self.film(bodyPart: "CHESTABDOMEN"), .otherBodyPart),
            (Self.film(bodyPart: "", region: "72696002"), .otherBodyPart),
            (Self.film(view: "LL"), .otherView), (Self.film(view: "LATERAL"), .otherView),
            (Self.film(view: "", viewCode: "399173006"), .otherView),
            (Self.film(view: "PA", viewCode: "R-10236"), .otherView),
            (Self.film(view: "PA", orientation: "A\\F"), .otherView),
            (Self.film(bodyPart: "CHEST LAT", view: ""), .otherView),
            (Self.film(age: 15 * 365), .ageOutOfRange), (Self.film(age: 0), .ageOutOfRange),
            (Self.film(rows: 223), .tooSmall), (Self.film(columns: 96), .tooSmall),
            (Self.film(isAnnotated: true), .burnedInAnnotation),
        ]
        for (header, reason) in cases { #expect(Self.verdict(header) == .leaveOut(reason)) }
    }

    /// One film for each attribute that lacks it.
    private static let lacking: [(HeaderAttribute, InstanceHeader)] = [
        (.sopClass, film(sopClass: "")), (.modality, film(modality: "")),
        (.imageType, film(imageType: [])), (.intent, film(intent: "")),
        (.bodyPart, film(bodyPart: "")), (.view, film(view: "")), (.age, film(age: nil)),
    ]

    @Test("what is not told is taken or left out as the setting says of that attribute")
    func unknown() {
        #expect(Set(Self.lacking.map(\.0)) == Set(HeaderAttribute.allCases))
        for (attribute, film) in Self.lacking {
            #expect(
                Self.verdict(film, without: [attribute]) == .take(unknown: [attribute]),
                "\(attribute)")
            #expect(
                Self.verdict(film, without: Set(HeaderAttribute.allCases).subtracting([attribute]))
                    == .leaveOut(attribute.reason), "\(attribute)")
        }
    }

    @Test("a film without Body Part Examined is taken by default, and one without Modality is not")
    func standard() {
        #expect(Self.verdict(Self.film(bodyPart: "")) == .take(unknown: [.bodyPart]))
        #expect(Self.verdict(Self.film(modality: "")) == .leaveOut(.modalityUnknown))
        // PNG and JPEG.
        #expect(Self.verdict(InstanceHeader()) == .leaveOut(.modalityUnknown))
    }

    @Test("a code that is not known here tells nothing, and a class without intent lacks none")
    func notKnown() {
        #expect(
            Self.verdict(Self.film(bodyPart: "", region: "L-1234")) == .take(unknown: [.bodyPart]))
        #expect(Self.verdict(Self.film(view: "", viewCode: "L-1")) == .take(unknown: [.view]))
        let computed = Self.film(sopClass: Self.storage + "1", modality: "CR", intent: "")
        #expect(Self.verdict(computed) == .take(unknown: []))
    }

    @Test("a contradiction weighs more than what is not told, in any attribute")
    func order() {
        let knee = Anatomy(bodyPart: "KNEE", view: "PA", age: Self.adult)
        let lacking = [
            Self.film(sopClass: "", knee), Self.film(modality: "", knee),
            Self.film(imageType: [], knee), Self.film(intent: "", knee),
            Self.film(Anatomy(bodyPart: "KNEE", age: Self.adult)),
            Self.film(Anatomy(bodyPart: "KNEE", view: "PA")),
        ]
        for film in lacking {
            #expect(Self.verdict(film, without: []) == .leaveOut(.otherBodyPart))
        }
    }

    @Test("of several models, what one does not take is left out; what none says is taken")
    func several() {
        var knees = IntendedInput()
        knees.bodyParts = ["KNEE"]
        let gate = HeaderGate(intended: [Self.chest, knees])
        #expect(gate.verdict(on: Self.film()) == .leaveOut(.otherBodyPart))
        let all = HeaderGate(intended: [IntendedInput()], takesWithout: [])
        #expect(all.verdict(on: InstanceHeader()) == .take(unknown: []))
    }
}
