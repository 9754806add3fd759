"""The checks of `Deploy/bench/conformal`."""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy
from mapie.risk_control.methods import compute_hoeffding_bentkus_p_value

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "lib"))

from measuring import EXIT_UNAVAILABLE, Parser, built, positive  # noqa: E402

TOLERANCE = 1e-9
# Of 1,000 at 5 %: 50 and 1.6 standard errors. Fewer times are noisier.
EXCEEDED, ERRORS = 0.05, 1.6


def parse():
    parser = Parser(prog="conformal", description=__doc__)
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=positive, default=1000, help="recalibrations of a kind")
    parser.add_argument("--seed", type=positive, default=1)
    parser.add_argument("--program", type=pathlib.Path, help="VigilConformal, built before")
    return parser.parse_args()


def ask(path, *words):
    run = subprocess.run([path, *words], capture_output=True, text=True, timeout=1800)
    if run.returncode != 0:
        sys.stderr.write(f"conformal: {path} ended with {run.returncode}: {run.stderr}\n")
        sys.exit(EXIT_UNAVAILABLE)
    return run.stdout


def p_values(path):
    """Ours beside MAPIE's, over the grid."""
    rows = numpy.loadtxt(ask(path, "p-values").splitlines())
    rows = rows[rows[:, 1] >= 1]
    count, lost = rows[:, 0], rows[:, 1]
    share = lost / count
    agrees = numpy.ceil(count * share) == lost
    alphas = numpy.unique(rows[:, 2])
    out = {"alphas": alphas.tolist(), "values": len(rows)}
    pairs = {(int(n), int(k)): bool(a) for n, k, a in zip(count, lost, agrees)}
    differing = sorted(pair for pair, agree in pairs.items() if not agree)
    out |= {"pairs": len(pairs), "pairs_where_ceil_differs": len(differing)}
    out["first_of_them"] = differing[0]
    for column, binary in ((3, True), (4, False)):
        theirs = numpy.empty(len(rows))
        for alpha in alphas:
            at = rows[:, 2] == alpha
            theirs[at] = compute_hoeffding_bentkus_p_value(
                share[at], count[at], float(alpha), binary=binary
            )[:, 0]
        apart = numpy.abs(rows[:, column] - theirs)
        name = "binary" if binary else "bounded"
        seen = {
            (int(n), int(k)) for n, k in rows[~agrees & (apart > TOLERANCE)][:, :2]
        }
        out[name] = {
            "greatest_difference_where_ceil_agrees": float(apart[agrees].max()),
            "equal_where_ceil_agrees": bool((apart[agrees] <= TOLERANCE).all()),
            "ours_never_larger_where_it_differs": bool(
                (rows[~agrees, column] <= theirs[~agrees] + TOLERANCE).all()
            ),
            "pairs_with_another_value": len(seen),
        }
    return out


def judge(grid, made, times):
    """What did not hold, in words."""
    bound = EXCEEDED + ERRORS * (EXCEEDED * (1 - EXCEEDED) / times) ** 0.5
    faults = [
        f"{name}: {rule}"
        for name in ("binary", "bounded")
        for rule in ("equal_where_ceil_agrees", "ours_never_larger_where_it_differs")
        if not grid[name][rule]
    ]
    shares = {name: item["exceeded"] for name, item in made.items() if name.startswith("studies_")}
    shares["joint_of_five"] = made["joint_of_five"]["any_exceeded"]
    for site in ("home", "other"):
        shares[f"by_site {site}"] = made["by_site"][site]["exceeded"]
    faults += [f"{name}: {share} exceed" for name, share in shares.items() if share > bound]
    if made["abstains_on_all"] != {"passed": 0, "passed_without_floor": times}:
        faults.append("abstains_on_all")
    if made["other_site"]["exceeded"] < 0.9:
        faults.append("other_site: the shift shows nothing")
    expiry = made["by_site"]["after_expiry"]
    if expiry["answered_before"] == 0:
        faults.append("after_expiry: nothing was answered before")
    if expiry["answered_after"] or expiry["answered_of_unknown_site"]:
        faults.append("after_expiry: something is answered")
    return round(bound, 4), faults


def table(grid, made):
    say = lambda text="": print(text, flush=True)
    for name in ("binary", "bounded"):
        item = grid[name]
        say(
            f"p-values, {name}: {grid['values']} values, greatest difference to MAPIE "
            f"{item['greatest_difference_where_ceil_agrees']:.1e} where its ceil is the count"
        )
    say(
        f"MAPIE's ceil is one too many at {grid['pairs_where_ceil_differs']} of {grid['pairs']} "
        f"pairs, first n={grid['first_of_them'][0]}, k={grid['first_of_them'][1]}"
    )
    say()
    say(f"{'recalibrations':30}{'refused':>8}{'exceed':>8}{'risk':>8}{'abstain':>9}{'missed*':>9}{'missed**':>10}")
    rows = {name: item for name, item in made.items() if "exceeded" in item}
    rows |= {f"by_site {k}": v for k, v in made["by_site"].items() if "exceeded" in v}
    for name, item in rows.items():
        say(
            f"{name:30}{item['refused']:8}{item['exceeded']:8.3f}{item['mean_risk']:8.4f}"
            f"{item['abstention_rate']:9.3f}{item['missed_abstained_as_missed']:9.3f}"
            f"{item['missed_abstained_left_out']:10.4f}"
        )
    say("* of the studies with it, those abstained on counted as missed; ** those left out")
    say(f"five findings jointly, any exceeds: {made['joint_of_five']['any_exceeded']}")
    say(f"a model that abstains on everything: {json.dumps(made['abstains_on_all'])}")
    say(f"after expiry: {json.dumps(made['by_site']['after_expiry'])}")


def main():
    arguments = parse()
    began = time.monotonic()
    path = built("VigilConformal", arguments)
    grid = p_values(path)
    made = json.loads(ask(path, "recalibrate", str(arguments.times), str(arguments.seed)))
    bound, faults = judge(grid, made, arguments.times)
    table(grid, made)
    for fault in faults:
        print(f"conformal: {fault}", file=sys.stderr)
    print(
        json.dumps(
            {
                "held": not faults,
                "times": arguments.times,
                "seed": arguments.seed,
                "exceeded_at_most": bound,
                "p_values": grid,
                "recalibrations": made,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
