/// Words that name nobody: what is left of descriptors that are cleaned.
///
/// A site adds its own, such as the names of its protocols. A word that stands in a person's name
/// or number in the same file goes, whatever list it is on.
package struct SafeWords: Sendable {
    private let words: Set<String>

    /// The words of this program and those of a text, which spaces and ends of lines part.
    package init(added text: String = "") {
        words = Set(
            (Self.own + " " + text).uppercased().split { $0.isWhitespace }.map(String.init))
    }

    /// The words of a value that are on the list, in their order, with single spaces; numbers of
    /// up to three digits stay too. Nothing of what is not plain ASCII.
    func cleaned(_ bytes: ArraySlice<UInt8>, without names: Set<String>) -> [UInt8] {
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x0D }) else {
            return []
        }
        let kept = Self.split(bytes).filter { word in
            !names.contains(word.uppercased())
                && (words.contains(word.uppercased()) || Self.isSmallNumber(word))
        }
        return Array(kept.joined(separator: " ").utf8)
    }

    /// The words of a text.
    static func split(_ bytes: ArraySlice<UInt8>) -> [String] {
        String(decoding: bytes, as: UTF8.self).split { character in
            !(character.isLetter || character.isNumber)
        }.map(String.init)
    }

    private static func isSmallNumber(_ word: String) -> Bool {
        word.utf8.count <= 3 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Parts of the body, directions, ways of taking and making images.
    private static let own = """
        ABDOMEN ABDOMINAL ACETABULUM ACUTE ADULT ANGIO ANGIOGRAPHY ANKLE AORTA AORTIC AP ARM
        ARTERIAL ARTERY AXIAL BASE BEDSIDE BILATERAL BODY BOLUS BONE BRAIN BREAST BREATH CALCANEUS
        CARDIAC CAROTID CAVITY CC CERVICAL CHEST CLAVICLE COCCYX COLON COMPARISON CONTRAST
        CORONAL CORONARY CRANIAL CRANIUM CT CTA CR DECUBITUS DELAYED DIFFUSION DIRECT DOSE DR DWI
        DX DYNAMIC ELBOW ERECT EXPIRATION EXTREMITY FACE FAT FEMUR FINGER FLAIR FOOT FOREARM
        FRONTAL GANTRY GRADIENT GUIDED HAND HEAD HELICAL HIGH HIP HRCT HUMERUS ILIAC IMAGE
        INSPIRATION INTRAVENOUS IV JAW KIDNEY KNEE KUB LAT LATERAL LEFT LEG LIVER LOCALIZER LOW
        LOWER LUMBAR LUNG LUNGS MANDIBLE MAXILLA MEDIASTINUM MIP MLO MOBILE MPR MR MRA MRI NASAL
        NATIVE NECK NON OBLIQUE ODONTOID ORBIT PA PANCREAS PARANASAL PATELLA PELVIS PERFUSION
        PHASE PLAIN PLAN PORTABLE PORTAL POSITION POST PRE PROSTATE PULMONARY RECON RENAL RIB RIBS
        RIGHT ROUTINE SACRUM SAGITTAL SCAN SCAPULA SCOUT SCREENING SEQUENCE SERIES SHOULDER SINUS
        SINUSES SKULL SLICE SOFT SPINE SPIRAL STANDARD STERNUM STUDY SUPINE SURVIEW T1 T2 THICK
        THIN THORACIC THORAX THUMB TIBIA TISSUE TOE TOPOGRAM TRANSVERSE TRAUMA UPPER UPRIGHT
        VENOUS VIEW WEIGHTED WHOLE WINDOW WITH WITHOUT WRIST XR
        """
}
