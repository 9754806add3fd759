"""What the scripts of `Deploy/bench` have in common: their command line, and the programs they ask."""

import argparse
import subprocess
import sys

EXIT_USAGE, EXIT_UNAVAILABLE = 64, 69


class Parser(argparse.ArgumentParser):
    """Ends with the exit code of wrong usage in sysexits.h."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def positive(text):
    """A number from 1 to a million, for an option."""
    value = int(text)
    if not 1 <= value <= 1_000_000:
        raise ValueError
    return value


def built(product, arguments):
    """The program that was named by --program, or the release build's, made where there is none."""
    if arguments.program:
        return arguments.program
    path = arguments.checkout / ".build/release" / product
    if not path.is_file():
        command = ["swift", "build", "-c", "release", "--product", product]
        subprocess.run(command, cwd=arguments.checkout, check=True, stdout=sys.stderr)
    return path
