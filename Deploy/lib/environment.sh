# A Python environment for one script, made once of pinned packages. To be sourced, after
# `set -euo pipefail`.

# give_up TEXT: ends the script, since something that it needs is not there.
give_up() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    exit 69
}

# make_environment NAME LIST: makes venv-NAME in $VIGIL_CACHE of the packages in LIST, which name
# each other's versions and hashes, unless it is there as LIST says now. Out of the way of other
# work, and one run at a time.
make_environment() {
    local folder=$VIGIL_CACHE/venv-$1 list=$2 python=/usr/bin/python3
    mkdir -p "$VIGIL_CACHE"
    exec 9>"$folder.lock"
    flock -w 1800 9 || give_up "another run has been setting up for half an hour"
    if ! cmp -s "$folder/.complete" "$list"; then
        echo "$(basename "$0"): making $folder (once)" >&2
        # What is pinned is pinned for Debian's own Python.
        [[ -x $python ]] || python=python3
        [[ -x $folder/bin/python ]] || nice -n 10 "$python" -m venv "$folder" \
            || give_up "python3 with venv is needed (Debian: apt-get install python3-venv)"
        nice -n 10 timeout 1800 "$folder/bin/python" -m pip install --no-input \
            --disable-pip-version-check --no-deps --require-hashes -r "$list" >"$folder.log" 2>&1 \
            || give_up "packages cannot be installed: see $folder.log"
        cp "$list" "$folder/.complete"
    fi
    exec 9>&-
}
