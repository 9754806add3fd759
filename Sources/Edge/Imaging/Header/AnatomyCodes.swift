/// Codes of what an image shows, as the words of the attributes that say the same. Context Groups
/// CID 4031 and CID 4010 of PS3.16, in SNOMED CT and, as older files have them, in SNOMED RT.
enum AnatomyCodes {
    /// Body Part Examined of a code of Anatomic Region Sequence; nil for those not listed here.
    static func bodyPart(_ code: String) -> String? { bodyParts[code] }

    /// View Position of a code of View Code Sequence; nil for those not listed here.
    static func view(_ code: String) -> String? { views[code] }

    /// The words of View Position that are known; files may say any other.
    static let viewWords = Set(views.values).union(["RLD", "LLD"])

    private static let bodyParts: [String: String] = table([
        ("CHEST", ["816094009", "51185008", "T-D3000"]),
        ("CHESTABDOMEN", ["416550000", "R-FAB55"]), ("CHESTABDPELVIS", ["416775004", "R-FAB56"]),
        ("NECKCHEST", ["417437006", "R-FAB52"]), ("HEAD", ["69536005", "T-D1100"]),
        ("HEADNECK", ["774007", "T-D1000"]), ("NECK", ["45048000", "T-D1600"]),
        ("SKULL", ["89546000", "T-11100"]), ("ABDOMEN", ["818981001", "113345001", "T-D4000"]),
        ("ABDOMENPELVIS", ["818982008"]), ("PELVIS", ["816092008", "12921003", "T-D6000"]),
        ("BREAST", ["76752008", "T-04000"]), ("HEART", ["80891009", "T-32000"]),
        ("RIB", ["113197003", "T-11300"]), ("STERNUM", ["56873002", "T-11210"]),
        ("CLAVICLE", ["51299004", "T-12310"]), ("SHOULDER", ["16982005", "T-D2220"]),
        ("CSPINE", ["122494005", "T-11501"]), ("TSPINE", ["122495006", "T-11502"]),
        ("LSPINE", ["122496007", "T-11503"]), ("SPINE", ["421060004", "T-D04FF"]),
        ("HIP", ["29836001", "T-D2500"]), ("KNEE", ["72696002", "T-D9200"]),
        ("FOOT", ["56459004", "T-D9700"]), ("HAND", ["85562004", "T-D8700"]),
        ("WRIST", ["74670003", "T-15460"]), ("ELBOW", ["16953009", "T-15430"]),
        ("ANKLE", ["70258002", "T-15750"]), ("EXTREMITY", ["66019005", "T-D0300"]),
        ("WHOLEBODY", ["38266002", "T-D0010"]), ("PHANTOM", ["706342009", "R-FE0C7"]),
    ])

    private static let views: [String: String] = table([
        ("AP", ["399348003", "R-10206"]), ("PA", ["272479007", "R-40888", "R-10214"]),
        ("LL", ["399173006", "R-10236"]), ("RL", ["399198007", "R-10232"]),
        ("LATERAL", ["399067008", "R-102CD"]), ("LLO", ["399184004", "R-10238"]),
        ("RLO", ["399236003", "R-10234"]), ("LAO", ["399135007", "R-10220"]),
        ("RAO", ["399356000", "R-40985"]), ("LPO", ["399006002", "R-10212"]),
        ("RPO", ["399038007", "R-10210"]), ("OBLIQUE", ["399182000", "R-102C1"]),
        ("CC", ["399162004", "R-10242"]), ("MLO", ["399368009", "R-10226"]),
    ])

    private static func table(_ rows: [(String, [String])]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: rows.flatMap { word, codes in codes.map { ($0, word) } })
    }
}
