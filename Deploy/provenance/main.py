"""See Deploy/sbom."""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

from measuring import Parser  # noqa: E402
import bill  # noqa: E402
import card  # noqa: E402
import faults  # noqa: E402
import inventory  # noqa: E402
import spdx  # noqa: E402

EXIT_DATA, EXIT_NO_INPUT = 65, 66


def read_options():
    parser = Parser(prog="sbom", description="See Deploy/sbom.")
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path())
    options = parser.parse_args()
    options.build = options.build or options.checkout / ".build/release"
    options.model = options.model or options.checkout / "Deploy/models/vigil-mini"
    return options


def main():
    options = read_options()
    programs = inventory.programs(options.checkout)
    missing = [name for name in programs if not (options.build / name).is_file()]
    if missing or not options.model.is_dir():
        what = options.build / missing[0] if missing else options.model
        print(f"sbom: {what} is not there. Run: swift build -c release", file=sys.stderr)
        return EXIT_NO_INPUT
    try:
        found = inventory.Inventory(options.checkout, options.build, options.model)
        model_card = card.document(found, options.model)
    except inventory.Unknown as fault:
        print(f"sbom: {fault}", file=sys.stderr)
        return EXIT_DATA
    listed = bill.document(found)
    written = {
        "vigil.cdx.json": listed,
        "vigil.spdx.json": spdx.document(found),
        "vigil.vex.cdx.json": faults.document(found, listed),
        f"{found.model.name}.model.cdx.json": model_card,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, document in written.items():
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        (options.out / name).write_text(text)
        print(options.out / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
