"""Texts that the towers are trained on besides the reports: each finding said and denied, in the
style of prompts. `prompts()` are those that the model is asked with."""

from films import FINDINGS

# Code: label, names.
NAMES = {
    "pneumothorax": ("Pneumothorax", ["pneumothorax", "collapsed lung"]),
    "effusion": ("Pleural effusion", ["pleural effusion", "pleural fluid"]),
    "consolidation": (
        "Consolidation", ["consolidation", "airspace opacity", "pneumonia"]),
    "oedema": ("Pulmonary oedema", ["pulmonary oedema", "pulmonary edema"]),
    "cardiomegaly": ("Cardiomegaly", ["cardiomegaly", "enlarged heart"]),
    "nodule": ("Lung nodule", ["lung nodule", "pulmonary nodule"]),
    "mass": ("Lung mass", ["lung mass", "pulmonary mass"]),
    "atelectasis": ("Atelectasis", ["atelectasis", "plate atelectasis or collapse"]),
    "rib_fracture": ("Rib fracture", ["rib fracture", "displaced rib fracture"]),
    "free_air": (
        "Free air under the diaphragm",
        ["free air under the diaphragm", "pneumoperitoneum", "free gas under the diaphragm"]),
    "misplaced_tube": (
        "Misplaced tube",
        ["misplaced tube", "tube in the right main bronchus", "malpositioned tube"]),
}  # fmt: skip

SAID = [
    "{}", "chest x-ray showing {}", "findings consistent with {}", "there is {}", "{} is seen",
    "{}, likely", "possible {}", "small {}", "large {}", "evidence of {}",
]  # fmt: skip
DENIED = [
    "no {}", "chest x-ray without {}", "no evidence of {}", "there is no {}", "{} is not seen",
    "without {}", "no sign of {}",
]  # fmt: skip


def drawn(draw):
    """For each finding one text that says it and one that denies it."""
    said, denied = [], []
    for code in FINDINGS:
        names = NAMES[code][1]
        said.append(draw.choice(SAID).format(draw.choice(names)))
        denied.append(draw.choice(DENIED).format(draw.choice(names)))
    return said + denied


def prompts():
    """The model's prompt set: the first three of each list, of each finding's first name."""
    return {
        "schema": "vigil.prompts/2", "name": "vigil-mini", "version": "1", "logitScale": None,
        "findings": [
            {
                "code": code, "label": NAMES[code][0],
                "positive": [text.format(NAMES[code][1][0]) for text in SAID[:3]],
                "negative": [text.format(NAMES[code][1][0]) for text in DENIED[:3]],
            }
            for code in FINDINGS
        ],
    }  # fmt: skip
