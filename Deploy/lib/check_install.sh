#!/usr/bin/env bash
# Installs into a folder, runs the programs from there with nothing of Swift in reach, uninstalls,
# and builds the Debian package: for Deploy/test, after a release build.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tree=$folder/tree
bin_of_build=$root/.build/release

# expect WHAT COMMAND…: ends the check when a command fails.
expect() {
    local what=$1
    shift
    "$@" >"$folder/out" 2>&1 || {
        echo "check_install: $what" >&2
        cat "$folder/out" >&2
        exit 1
    }
}
# alone COMMAND…: with no variable of this shell.
alone() { env -i PATH=/usr/bin:/bin HOME="$folder" "$@"; }
missing() { ! [ -e "$1" ]; }
# says_missing VIGIL: ends with code 69 and names the program that it needs.
says_missing() {
    local code=0
    "$1" tune 2>"$folder/said" || code=$?
    [ "$code" -eq 69 ] && grep -q vigil-lab "$folder/said"
}
# refuses FILE: Deploy/release says that it is not as it was signed.
refuses() {
    local code=0
    "$root/Deploy/release" --verify "$1" --public "$folder/release.pub" || code=$?
    [ "$code" -eq 65 ]
}
nothing_left() { [ -z "$(find "$tree" -mindepth 1 -print -quit)" ]; }
# links_lead_somewhere FOLDER: of all pages below it, to what was installed beside them.
links_lead_somewhere() {
    local page target code=0
    while read -r page; do
        while read -r target; do
            [ -e "$(dirname "$page")/$target" ] || {
                echo "$page: $target"
                code=1
            }
        done < <(grep -o ']([^)#: ]\{1,\}[)#]' "$page" | sed 's/^](//; s/.$//')
    done < <(find "$1" -name '*.md')
    return "$code"
}
links_no_swift() { ! ldd "$1" | grep -iE 'swift|foundation|not found'; }

whole=(--gateway --page --prefix /usr/local --destdir "$tree")
expect "Deploy/install" "$root/Deploy/install" "${whole[@]}"
bin=$tree/usr/local/bin
for program in vigil vigil-lab vigil-dicom-decoder vigil-dicom-encoder vigil-generator-host \
    vigil-gateway vigil-page; do
    expect "$program needs a library of Swift" links_no_swift "$bin/$program"
done
expect "the version" alone "$bin/vigil" --version
expect "a synthetic study" alone "$bin/vigil" synth --out "$folder/studies" --count 1 \
    --transfer-syntax jpeg-ls
expect "a model on it, through the decoder beside it" alone "$bin/vigil" infer --json \
    --model "$tree/usr/local/share/vigil/models/vigil-mini" "$folder/studies/dicom"
expect "the settings that came with it" alone "$bin/vigil" config print \
    --config "$tree/etc/vigil/vigil.yaml"
expect "completion for bash" bash -n "$tree/usr/local/share/bash-completion/completions/vigil"
expect "a page's link" links_lead_somewhere "$tree/usr/local/share/doc/vigil"
expect "the man page has every command" grep -q 'SS topics create' \
    "$tree/usr/local/share/man/man1/vigil.1"
expect "the gateway" alone "$bin/vigil-gateway" --version
if command -v systemd-analyze >/dev/null; then
    cp -r "$tree/usr/local/lib/systemd/system" "$folder/units"
    sed -i "s|/usr/local/|$tree/usr/local/|" "$folder"/units/*.service
    for unit in "$folder"/units/*.service; do
        expect "$(basename "$unit")" systemd-analyze verify --man=no --generators=no \
            --recursive-errors=no "$unit"
        # Its own judgement of how open a unit is, 0 to 100; unhardened ones have 96.
        expect "the protection of $(basename "$unit")" systemd-analyze security --offline=true \
            --threshold=20 "$unit"
    done
fi

echo '# ours' >>"$tree/etc/vigil/vigil.yaml"
expect "a second Deploy/install" "$root/Deploy/install" "${whole[@]}"
expect "changed settings were written over" grep -q '^# ours' "$tree/etc/vigil/vigil.yaml"
expect "Deploy/uninstall" "$root/Deploy/uninstall" --prefix /usr/local --destdir "$tree"
expect "programs are left" missing "$bin/vigil"
expect "changed settings are gone" test -e "$tree/etc/vigil/vigil.yaml"
expect "a third Deploy/install" "$root/Deploy/install" "${whole[@]}"
expect "Deploy/uninstall --purge" "$root/Deploy/uninstall" --purge --prefix /usr/local \
    --destdir "$tree"
expect "something is left" nothing_left

expect "Deploy/install --no-lab" "$root/Deploy/install" --no-lab --prefix /usr/local \
    --destdir "$folder/small"
expect "the laboratory was not left out" missing "$folder/small/usr/local/bin/vigil-lab"
expect "the version without the laboratory" alone "$folder/small/usr/local/bin/vigil" --version
expect "what is missing" says_missing "$folder/small/usr/local/bin/vigil"

if command -v dpkg-shlibdeps >/dev/null; then
    expect "Deploy/package" "$root/Deploy/package" --out "$folder"
    package=$(tail -n 1 "$folder/out")
    expect "the package's form" dpkg-deb --info "$package"
    cp "$folder/out" "$folder/control"
    expect "what it depends on" grep -q 'Depends:.*librdkafka1.*libssl3' "$folder/control"
    expect "unpacking it" dpkg-deb -x "$package" "$folder/unpacked"
    expect "its program" alone "$folder/unpacked/usr/bin/vigil" --version
    expect "a second Deploy/package" "$root/Deploy/package" --out "$folder/again"
    expect "two packages of one build differ" cmp "$package" "$folder/again/$(basename "$package")"
    expect "its laboratory" alone "$folder/unpacked/usr/bin/vigil" bench kernels --help
fi
export SOURCE_DATE_EPOCH=1750000000
expect "vigil key make" "$bin_of_build/vigil" key make --private "$folder/release.key" \
    --public "$folder/release.pub"
expect "Deploy/release" "$root/Deploy/release" --out "$folder/1" --key "$folder/release.key"
release=$(head -n 1 "$folder/out")
expect "a second Deploy/release" "$root/Deploy/release" --out "$folder/2"
expect "two releases of one build differ" cmp "$release" "$folder/2/$(basename "$release")"
expect "a signature" "$root/Deploy/release" --verify "$release" --public "$folder/release.pub"
# One bit of the last byte, which is of the length that gzip writes.
printf '\x40' | dd of="$release" bs=1 seek=$(($(stat -c %s "$release") - 1)) conv=notrunc status=none
expect "a changed release passes" refuses "$release"
echo "installed, ran, uninstalled, released$([ -z "${package:-}" ] || echo ", packed as $(basename "$package")")"
