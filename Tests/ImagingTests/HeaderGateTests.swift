import Imaging
import Testing
import VigilCore

/// Which objects are shown to a model, by their headers alone.
@Suite("Header gate")
struct HeaderGateTests {
    private static let storage = "1.2.840.10008.5.1.4.1.1."

    private static func reason(_ header: InstanceHeader) -> LeftOutReason? {
        guard case .leaveOut(let reason) = HeaderGate().verdict(on: header) else { return nil }
        return reason
    }

    /// Classes that hold no image to score, without the root of storage classes.
    private static let leftOut: [(LeftOutReason, [String])] = [
        (.forProcessing, ["1.1.1", "1.2.1", "1.3.1", "13.1.5", "14.2"]),
        (
            .report,
            [
                "88.11", "88.22", "88.33", "88.34", "88.35", "88.40", "88.50", "88.65",
                "88.69", "88.70", "88.71", "88.72", "88.74", "88.75",
            ]
        ),
        (.doseObject, ["88.67", "88.68", "88.73", "88.76", "481.2"]),
        (.keyObject, ["88.59"]),
        (
            .presentationState,
            ["11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.8", "11.11"]
        ),
        (.document, ["104.1", "104.2", "104.3", "104.4", "104.5"]),
        (
            .waveform,
            [
                "9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.3.1", "9.4.1", "9.5.1", "9.6.1",
                "9.7.1", "9.8.1", "9",
            ]
        ),
        (.segmentation, ["66.4", "66.5", "66.7"]), (.derived, ["30"]),
        (.notAnImage, ["66.1", "66.3", "66", "4.2"]),
        (
            .notAnImage,
            [
                "481.3", "481.4", "481.5", "481.6", "481.7", "481.8", "481.9",
                "481.10", "481.11",
            ]
        ),
        (.notAnImage, ["66.2", "66.6", "67", "68.1", "68.2", "78.1", "77.1.5.3", "200.1"]),
    ]

    @Test("what holds no image to score is left out by its class")
    func classes() {
        for (reason, classes) in Self.leftOut {
            for name in classes {
                let header = InstanceHeader(sopClass: Self.storage + name, modality: "CR")
                #expect(Self.reason(header) == reason, "\(name)")
            }
        }
        let others = [
            "1.2.840.10008.1.3.10", "1.2.840.10008.5.1.4.38.1", "1.2.840.10008.5.1.4.43.1",
        ]
        for name in others {
            #expect(Self.reason(InstanceHeader(sopClass: name)) == .notAnImage, "\(name)")
        }
        // One of a maker's own, without pixels.
        let own = "1.3.12.2.1107.5.9.1"
        #expect(Self.reason(InstanceHeader(sopClass: own, hasPixels: false)) == .notAnImage)
        #expect(Self.reason(InstanceHeader(sopClass: own)) == nil)
    }

    @Test("images are taken, also what says too little, where no model says what it takes")
    func images() {
        let gate = HeaderGate()
        let films = [
            ("1", "CR"), ("1.1", "DX"), ("1.2", "MG"), ("1.3", "IO"), ("2", "CT"), ("2.1", "CT"),
            ("4", "MR"), ("4.1", "MR"), ("6.1", "US"), ("3.1", "US"), ("12.1", "XA"),
            ("12.2", "RF"), ("20", "NM"), ("128", "PT"), ("481.1", "RTIMAGE"), ("77.1.4", "XC"),
            ("7", "CR"), ("7", "DX"), ("7.2", "MG"), ("7", "OT"),
        ]
        for (name, modality) in films {
            let header = InstanceHeader(
                sopClass: Self.storage + name, modality: modality,
                imageType: ["DERIVED", "SECONDARY"], intent: "FOR PRESENTATION")
            #expect(gate.verdict(on: header) == .take(unknown: []), "\(name) \(modality)")
        }
        #expect(Self.reason(InstanceHeader()) == nil)
        #expect(Self.reason(InstanceHeader(sopClass: Self.storage + "1.1")) == nil)
        #expect(Self.reason(InstanceHeader(modality: "DX")) == nil)
    }

    @Test("raw values of a detector are left out, whichever attribute says so")
    func forProcessing() {
        for name in ["1", "1.1", "1.2", "1.3", "7", ""] {
            let header = InstanceHeader(
                sopClass: name.isEmpty ? "" : Self.storage + name, modality: "DX",
                intent: "For Processing ")
            #expect(Self.reason(header) == .forProcessing, "\(name)")
        }
        let raw = InstanceHeader(
            sopClass: Self.storage + "1.1.1", modality: "DX", intent: "FOR PRESENTATION")
        #expect(Self.reason(raw) == .forProcessing)
    }

    @Test("screens, scouts and masks are left out by Image Type and Modality")
    func imageTypes() {
        let types: [([String], LeftOutReason)] = [
            (["ORIGINAL", "PRIMARY", "LOCALIZER"], .localizer),
            (["ORIGINAL", "PRIMARY", "LOCALIZER", "CT_SOM5 TOP"], .localizer),
            (["DERIVED", "SECONDARY", "SCREEN SAVE"], .secondaryCapture),
            (["DERIVED", "SECONDARY", "SCREEN_SAVE"], .secondaryCapture),
            (["DERIVED", "SECONDARY", "OTHER", "SCREENSHOT"], .secondaryCapture),
            (["DERIVED", "SECONDARY", "OTHER", "CT_SOM5 PROT"], .doseObject),
            (["DERIVED", "SECONDARY", "DOSE_INFO"], .doseObject),
            (["DERIVED", "SECONDARY", "PATIENT_INFO"], .doseObject),
        ]
        for (type, reason) in types {
            let header = InstanceHeader(
                sopClass: Self.storage + "2", modality: "CT", imageType: type)
            #expect(Self.reason(header) == reason, "\(type)")
        }
        // A breast screening is no screen, and a spine is no scout.
        let breast = InstanceHeader(
            sopClass: Self.storage + "1.2", modality: "MG",
            imageType: ["ORIGINAL", "PRIMARY", "SCREENING"])
        let spine = InstanceHeader(
            sopClass: Self.storage + "1.1", modality: "DX",
            imageType: ["DERIVED", "PRIMARY", "SCOUT"])
        #expect(Self.reason(breast) == nil && Self.reason(spine) == nil)
        let modalities: [(String, LeftOutReason)] = [
            ("SEG", .segmentation), ("sr", .report), ("KO", .keyObject),
            ("PR ", .presentationState), ("DOC", .document), ("ECG", .waveform),
            ("RTSTRUCT", .notAnImage), ("RTPLAN", .notAnImage),
            ("RTDOSE", .doseObject), ("REG", .notAnImage),
        ]
        for (modality, reason) in modalities {
            #expect(Self.reason(InstanceHeader(modality: modality)) == reason, "\(modality)")
        }
    }

    @Test("a scanned or converted film comes as Secondary Capture and is taken; a screen is not")
    func secondaryCapture() {
        func reason(_ modality: String, _ conversion: String, _ type: [String] = [])
            -> LeftOutReason?
        {
            Self.reason(
                InstanceHeader(
                    sopClass: Self.storage + "7", modality: modality, imageType: type,
                    conversion: conversion))
        }
        for conversion in ["", "DF", "DI", "SD", "SI", "WSD", "SYN"] {
            for modality in ["CR", "DX", "RG", "MG", "RF"] {
                #expect(reason(modality, conversion, ["DERIVED", "SECONDARY"]) == nil)
            }
        }
        #expect(reason("OT", "SYN", ["DERIVED", "SECONDARY", "OTHER"]) == nil)
        #expect(reason("OT", "DF") == nil && reason("", "") == nil && reason("SC", "DI") == nil)
        #expect(reason("OT", "WSD") == .secondaryCapture)
        #expect(reason("", "DRW") == .secondaryCapture)
        #expect(reason("OT", "SD") == .document)
        for modality in ["CT", "MR", "US", "NM", "PT"] {
            #expect(reason(modality, "") == .secondaryCapture, "\(modality)")
        }
        #expect(reason("CR", "WSD", ["DERIVED", "SECONDARY", "SCREEN SAVE"]) == .secondaryCapture)
        #expect(reason("SR", "WSD") == .report)
    }
}
