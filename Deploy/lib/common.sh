# Shared by the scripts of Deploy: where things are, what is said, and that nothing is left running.
# To be sourced, after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${VIGIL_CACHE:-$root/.cache}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
export VIGIL_CACHE=$cache
logs=$cache/log
mkdir -p "$logs"
# A folder for this run alone; it goes when the script ends.
run_dir=$(mktemp -d -p "$cache")
mkfifo "$run_dir/silent"
# What a killed run has left a day ago.
find "$cache" -maxdepth 1 -name 'tmp.*' -mtime +0 -exec rm -rf {} +
pids=()

# say TEXT: one line of progress with the seconds since the start.
say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

# die WHAT REMEDY: an error, what to do about it, and the end.
die() {
    printf '\nerror: %s\n  fix: %s\n' "$1" "$2" >&2
    exit 1
}

# started PID: remembers a process that must not outlive this script.
started() { pids+=("$1"); }

# stop PID SECONDS: asks a child of this shell to end, insists after so many seconds, and gives its
# exit code.
stop() {
    local code=0 watchdog
    kill -TERM "$1" 2>/dev/null || true
    # Nothing is ever written to that pipe, so reading it is a pause without a process of its own.
    (read -r -t "$2" <>"$run_dir/silent" || kill -KILL "$1") 2>/dev/null &
    watchdog=$!
    wait "$1" 2>/dev/null || code=$?
    kill "$watchdog" 2>/dev/null || true
    wait "$watchdog" 2>/dev/null || true
    forget "$1"
    return "$code"
}

# forget PID: it has ended.
forget() {
    local kept=() pid
    for pid in "${pids[@]}"; do [ "$pid" = "$1" ] || kept+=("$pid"); done
    pids=("${kept[@]}")
}

clean_up() {
    local code=$?
    # A child that is ended before it has become another program comes here too.
    [ "$BASHPID" = "$$" ] || exit "$code"
    trap - EXIT INT TERM HUP
    while [ ${#pids[@]} -gt 0 ]; do stop "${pids[-1]}" 10 || true; done
    rm -rf "$run_dir"
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# run_step NAME TITLE COMMAND…: runs a command with its output in a log. Shows its last line now and
# then, and the end of the log when it fails, whose exit code it gives.
run_step() {
    local name=$1 title=$2 code=0
    shift 2
    say "$title"
    "$@" 2>&1 | keep_log "$logs/$name.log" || code=$?
    [ "$code" -eq 0 ] || {
        printf '\n%s failed (exit code %s). The end of %s:\n\n' "$title" "$code" "$logs/$name.log"
        tail -n 40 "$logs/$name.log"
    } >&2
    return "$code"
}

# keep_log FILE: copies its input to a file, and shows a line every 20 seconds.
keep_log() {
    local line shown=$SECONDS
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        if [ $((SECONDS - shown)) -ge 20 ]; then
            shown=$SECONDS
            say "  … ${line:0:70}"
        fi
    done 3>"$1"
}

# free_port: a TCP port of 127.0.0.1 that nobody listens on.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for_line FILE_DESCRIPTOR TEXT SECONDS: reads lines until one holds the text; false at the end
# of the stream or of the time.
wait_for_line() {
    local line deadline=$((SECONDS + $3))
    while [ "$SECONDS" -lt "$deadline" ] \
        && IFS= read -r -t $((deadline - SECONDS)) line <&"$1"; do
        case $line in *"$2"*) return 0 ;; esac
    done
    return 1
}
