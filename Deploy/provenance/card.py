"""A model's card as a CycloneDX ML-BOM: what `vigil model inspect` says of the folder, and the
figures of the table "Measured" in its MODEL.md. Nothing else is said of it."""

import re

import bill
import inventory

ROW = re.compile(r"^\| (\w+) \| (\d+) \| ([\d.]+) \[([\d.]+), ([\d.]+)\] \| "
                 r"([\d.]+) \[([\d.]+), ([\d.]+)\] \|$", re.M)


def metrics(folder, codes):
    """The area under the ROC curve of each finding, by prompts and by probes."""
    page = folder / "MODEL.md"
    if not page.exists():
        return []
    rows = ROW.findall(page.read_text())
    if [row[0] for row in rows] != codes:
        raise inventory.Unknown(
            f"{page} has figures for {[row[0] for row in rows]}, and the model answers {codes}")
    return [
        {"type": "AUROC", "value": value, "slice": f"{code}, {way}, {count} studies with it",
         "confidenceInterval": {"lowerBound": low, "upperBound": high}}
        for code, count, *figures in rows
        for way, (value, low, high) in (("prompts", figures[:3]), ("probes", figures[3:]))]


def document(found, folder):
    told = found.told
    piece = bill.component(found.model, found)
    taken = [f"{name}: {value}" for each in told["intended_input"] for name, value in each.items()]
    piece["modelCard"] = {
        "modelParameters": {
            "task": "classification",
            "architectureFamily": told["family"],
            "modelArchitecture": f"{told['family']}, embedding of {told['embedding_width']}",
            **({"datasets": [{"type": "dataset", "name": "training",
                              "description": told["trained_on"]}]} if told["trained_on"] else {}),
            "inputs": [{"format": f"image of {told['image_size']} pixels a side"}]
            if told["image_size"] else [{"format": "volume"}],
            "outputs": [{"format": f"score of {code}"} for code in told["findings"]],
        },
        "quantitativeAnalysis": {"performanceMetrics": metrics(folder, told["findings"])},
        "considerations": {
            "useCases": [told["intended_use"]] if told["intended_use"] else [],
            "technicalLimitations": [
                "validated: " + str(told["validated"]).lower(), *(f"takes {text}" for text in taken)],
        },
        "properties": bill.properties({
            "vigil:preprocessing-digest": told["preprocessing"],
            **({"vigil:prompts-digest": told["prompts"]} if told["prompts"] else {})}),
    }
    return bill.head(found, piece, piece)
