"""Reads findings out of the text of a chest report by phrases, in English and German.

An independent reader for `Deploy/bench/reports`: it knows nothing of Vigil's templates. It works as
CheXpert's labeller is described (Irvin et al. 2019, section 3): phrases of findings are found in each
sentence, longest first, and cues of negation, uncertainty and "not assessed" around them decide what
is said; the cues follow NegEx (Chapman et al. 2001). The lists are our own.
"""

import re

# Phrases of each finding; where several cover one place, the longest stands.
MENTIONS = {
    "pneumothorax": [r"pneumothora(?:x|ces)"],
    "free_air": [
        r"free (?:intraperitoneal |subdiaphragmatic )?air(?: (?:under|below|beneath) the diaphragm)?",
        r"pneumoperitoneum", r"freie luft(?: unter dem zwerchfell)?", r"pneumoperitoneum",
    ],
    "widened_mediastinum": [
        r"widen(?:ed|ing of the) mediastin(?:um|al (?:contour|silhouette))", r"mediastinal widening",
        r"verbreiterte[sn]? mediastinum", r"mediastinalverbreiterung",
    ],
    "misplaced_tube": [
        r"(?:misplaced|malpositioned|malposition of (?:a |the )?) ?(?:tube|catheter|line)s?",
        r"(?:schlauch|tubus|katheter|sonden)fehllage",
    ],
    "pulmonary_embolism": [r"pulmonary embol(?:ism|i|us)", r"lungenembolien?", r"lungenarterienembolie"],
    "intracranial_haemorrhage": [
        r"intracranial (?:ha?emorrhage|bleed(?:ing)?)", r"intrakranielle blutung(?:en)?",
    ],
    "pulmonary_edema": [r"(?:pulmonary |interstitial )?o?edema", r"(?:lungen)?ödeme?"],
    "pneumonia": [r"pneumoni(?:a|e|en)"],
    "consolidation": [r"(?:airspace )?consolidations?", r"konsolidierung(?:en)?", r"konsolidation(?:en)?"],
    "pleural_effusion": [r"(?:pleural )?effusions?", r"pleuraerg(?:uss|üsse)", r"pleuraerguß"],
    "rib_fracture": [r"rib fractures?", r"fractures? of (?:a |the )?ribs?", r"rippenfraktur(?:en)?"],
    "fracture": [r"fractures?", r"fraktur(?:en)?"],
    "enlarged_cardiomediastinum": [
        r"enlarged cardiomediastin(?:um|al silhouette)", r"cardiomediastinal enlargement",
        r"vergrößerte kardiomediastinale silhouette",
    ],
    "lung_opacity": [r"(?:lung |pulmonary )?opacit(?:y|ies)", r"(?:lungen)?verschattung(?:en)?"],
    "infiltration": [r"infiltrat(?:e|es|ion|ions|en)?"],
    "atelectasis": [r"atelecta(?:sis|ses|tic)", r"atelektasen?"],
    "cardiomegaly": [r"cardiomegaly", r"enlarged heart", r"kardiomegalie"],
    "lung_mass": [r"(?:lung|pulmonary) mass(?:es)?", r"pulmonale raumforderung(?:en)?"],
    "lung_nodule": [r"(?:lung|pulmonary) nodules?", r"(?:lungen)?rundherde?"],
    "lung_lesion": [r"(?:lung|pulmonary) lesions?", r"lungenläsion(?:en)?"],
    "emphysema": [r"emphysema", r"(?:lungen)?emphysem"],
    "pulmonary_fibrosis": [r"(?:pulmonary |lung )?fibrosis", r"(?:lungen)?fibrose"],
    "pleural_thickening": [r"pleural thickening", r"pleuraverdickung(?:en)?"],
    "pleural_other": [r"other pleural (?:finding|abnormality)s?", r"sonstiger pleurabefund"],
    "hernia": [r"(?:hiatal|hiatus) hernia", r"hiatushernie"],
    "support_devices": [
        r"support devices?", r"pacemaker", r"endotracheal tube", r"fremdmaterial", r"herzschrittmacher",
    ],
}

# Cues, of which the first kind that is found decides. A double negation is no negation.
NOT_ASSESSED = [
    r"not (?:been )?(?:assessed|evaluated|examined)", r"(?:cannot|can not) be (?:assessed|evaluated)",
    r"nicht (?:beurteilt|beurteilbar|untersucht)",
]
OPEN = [
    r"not flagged", r"\bunclear\b", r"\buncertain\b", r"\bindeterminate\b", r"\bequivocal\b",
    r"nicht markiert", r"\bunklar\b", r"\bfraglich\b",
]
# Said of what is suspected, however little.
HEDGED = [
    r"(?:cannot|can not|not) (?:be )?(?:excluded|ruled out)", r"nicht (?:auszuschließen|ausgeschlossen)",
    r"\b(?:low |high )?suspicion (?:of|for)", r"\b(?:possible|probable|likely|may represent)\b",
    r"\b(?:möglich|wahrscheinlich|verdacht auf)\b",
]
NEGATED = [
    r"\bno(?:t)?\b", r"\bwithout\b(?! a calibration)", r"\bfree of\b", r"\bnegative for\b",
    r"\babsence of\b", r"\bresolved\b", r"\bkein(?:e|en|er|es|erlei)?\b",
    r"\bohne\b(?! kalibrierung)", r"\bnicht nachweisbar\b",
]
SIDES = [
    ("both", [r"both sides", r"bilateral(?:ly)?", r"beidseits", r"beidseitig\w*", r"bds\."]),
    ("left", [r"\bleft\b", r"\blinks(?:seitig\w*)?\b", r"\blinke[nrs]?\b"]),
    ("right", [r"\bright\b", r"\brechts(?:seitig\w*)?\b", r"\brechte[nrs]?\b"]),
]


def any_of(phrases):
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases))


CUES = [
    ("not_assessed", any_of(NOT_ASSESSED)), ("open", any_of(OPEN)), ("present", any_of(HEDGED)),
    ("absent", any_of(NEGATED)),
]
PHRASES = [
    (code, re.compile(rf"(?<!\w){phrase}(?!\w)"))
    for code, phrases in MENTIONS.items()
    for phrase in phrases
]
SIDE_CUES = [(side, any_of(phrases)) for side, phrases in SIDES]


def mentions(sentence):
    """Findings of a sentence with their places: of overlapping phrases the longest."""
    found = [
        (match.start(), match.end(), code)
        for code, phrase in PHRASES
        for match in phrase.finditer(sentence)
    ]
    kept = []
    for start, end, code in sorted(found, key=lambda one: (one[0] - one[1], one[0])):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, code))
    return kept


def read_sentence(sentence):
    """What a sentence says: a list of code, polarity and side."""
    text = sentence.lower()
    found = mentions(text)
    if not found:
        return []
    rest = list(text)
    for start, end, _ in found:
        rest[start:end] = " " * (end - start)
    rest = "".join(rest)
    polarity = next((kind for kind, cue in CUES if cue.search(rest)), "present")
    side = next((side for side, cue in SIDE_CUES if cue.search(rest)), None)
    return [(code, polarity, side) for _, _, code in found]


def read(text):
    """What a report says of each finding, as a set of polarity and side: one, unless it contradicts
    itself."""
    out = {}
    for sentence in re.split(r"(?<=[.;])\s+|\n", text):
        # "But" ends what a negation reaches.
        for part in re.split(r",? (?:but there is|aber es besteht) ", sentence):
            for code, polarity, side in read_sentence(part):
                out.setdefault(code, set()).add((polarity, side))
    return out


# Sentences as people write them, which no template of Vigil makes.
EXAMPLES = [
    ("No focal consolidation, pleural effusion or pneumothorax.",
     {"consolidation": "absent", "pleural_effusion": "absent", "pneumothorax": "absent"}),
    ("There is a small left apical pneumothorax.", {"pneumothorax": "present"}),
    ("Pulmonary oedema cannot be excluded.", {"pulmonary_edema": "present"}),
    ("Lungs are free of infiltrates; no rib fracture.",
     {"infiltration": "absent", "rib_fracture": "absent"}),
    ("No pneumothorax but there is a right pleural effusion.",
     {"pneumothorax": "absent", "pleural_effusion": "present"}),
    ("The ribs cannot be assessed for fracture.", {"fracture": "not_assessed"}),
    ("Kein Nachweis eines Pneumothorax, kein Pleuraerguss.",
     {"pneumothorax": "absent", "pleural_effusion": "absent"}),
    ("Verdacht auf Pneumonie rechts basal.", {"pneumonia": "present"}),
    ("Lungenembolie nicht auszuschließen.", {"pulmonary_embolism": "present"}),
    ("Ohne Infiltrate, keine Kardiomegalie.", {"infiltration": "absent", "cardiomegaly": "absent"}),
    ("Rippenfrakturen sind nicht beurteilbar.", {"rib_fracture": "not_assessed"}),
    ("Fragliche Verschattung, unklar.", {"lung_opacity": "open"}),
]


def wrong_examples():
    """The examples that are read otherwise."""
    wrong = []
    for text, expected in EXAMPLES:
        said = {code: {polarity for polarity, _ in says} for code, says in read(text).items()}
        if said != {code: {polarity} for code, polarity in expected.items()}:
            wrong.append((text, said))
    return wrong
