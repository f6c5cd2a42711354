# shellcheck shell=bash
# Compiling and testing.

configuration=${UNDERSTUDY_BUILD:-debug}
[[ $configuration =~ ^(debug|release)$ ]] || fail "UNDERSTUDY_BUILD is debug or release, not $configuration"
build_log=$root/.dev/log/build.log
benchmarks=(kubernetes_requests console)
python_tests=(
    scripts/tests deploy/shop/tests Tests/DevClusterTests/Transcripts Tests/EndToEndTests Tests/ConsoleTests
)

ensure_swift() {
    local version major minor
    command -v swift >/dev/null || fail "swift is not on PATH: install the Swift 6.2 toolchain or a newer one (swift.org/install)"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    read -r major minor <<<"$version"
    ((major > 6 || (major == 6 && minor >= 2))) || fail "Swift 6.2 or newer is needed; this is ${major:-unknown}.${minor:-}"
}

# prepare: everything that `up` needs before it starts something
prepare() {
    ensure_packages
    ensure_tools
    products=${UNDERSTUDY_PRODUCTS-}
    [[ -z $products ]] || return 0
    ensure_swift
    compile
    products=$(swift build --package-path "$root" --configuration "$configuration" --show-bin-path)
}

prepare_tests() {
    ensure_packages "${browser_packages[@]}"
    ensure_swift
    ensure_tools
    ensure_test_libraries
    compile --build-tests
}

# compile [arguments of swift build]: shows how far it is; the whole output is in a log
compile() {
    local started=$EPOCHREALTIME result=0
    mkdir -p "$(dirname "$build_log")"
    swift build --package-path "$root" --configuration "$configuration" "$@" 2>&1 </dev/null | tee "$build_log" | progress ||
        result=$?
    if [[ $result -ne 0 ]]; then
        grep -E '^(/.*:[0-9]+:[0-9]+: )?error: ' "$build_log" | sort -u | head -n 20 >&2 || tail -n 20 "$build_log" >&2
        fail "the build failed; its whole output is in $build_log"
    fi
    say "$(printf '%-58s %6.1f s' "Built ($configuration)" "$(seconds_since "$started")")"
}

# progress: of SwiftPM's output only how far it is: on a terminal in one line, elsewhere a line every 30 seconds
progress() {
    local line next=$((SECONDS + 30))
    while IFS= read -r line; do
        if [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
            if [[ -t 2 ]]; then
                printf '\r\033[KBuilding %s' "${line:0:90}" >&2
            elif ((SECONDS >= next)); then
                say "  building ${BASH_REMATCH[0]}"
                next=$((SECONDS + 30))
            fi
        elif [[ $line == Fetching* || $line == "Computing version"* ]] && ((SECONDS >= next)); then
            say "  ${line%% from *}"
            next=$((SECONDS + 30))
        fi
    done
    [[ ! -t 2 ]] || printf '\r\033[K' >&2
}

swift_test() {
    swift test --package-path "$root" --configuration "$configuration" --skip-build "$@" </dev/null
}

# run_tests [filters...]: all of them, or those of Swift's that match, and folders of Python's; the runners' own output
run_tests() {
    local filter arguments=()
    PATH=$PATH:$(postgres_bin)
    export PATH
    if [[ $# -eq 0 ]]; then
        run_all_tests
        return
    fi
    for filter in "$@"; do
        if [[ " ${python_tests[*]} " == *" Tests/$filter "* ]]; then
            python_test "Tests/$filter"
        else
            arguments+=(--filter "$filter")
        fi
    done
    [[ ${#arguments[@]} -eq 0 ]] || swift_test "${arguments[@]}"
}

# python_test <folder>
python_test() {
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m unittest discover --start-directory "$root/$1"
}

run_all_tests() {
    local folder target outputs failed=()
    outputs=$(mktemp --directory)
    say "Tests of ./dev, of the sample shop, of whole previews and of the console in a browser"
    for folder in "${python_tests[@]}"; do
        python_test "$folder" 2>&1 | tee "$outputs/${folder//\//.}" || failed+=("$folder")
    done
    # One target after another: all at once, hundreds of tests with brokers, clusters and databases of their own would
    # keep each other waiting beyond every deadline.
    for folder in "$root"/Tests/*Tests; do
        target=${folder##*/}
        [[ " ${python_tests[*]} " != *" Tests/$target "* ]] || continue
        say "Tests of ${target%Tests}"
        swift_test --filter "^$target\\." 2>&1 | tee "$outputs/$target" || failed+=("$target")
    done
    for target in "${failed[@]}"; do
        say "What failed in $target"
        failures "$outputs/${target//\//.}"
    done
    rm -r "$outputs"
    [[ ${#failed[@]} -eq 0 ]] || fail "tests failed: ${failed[*]}"
}

# failures <file with a test run's output>: what was expected and not found, without the tests that passed
failures() {
    awk '/^(FAIL|ERROR): / { python = 1 }
        python { print; next }
        /^(✘|↳|\[.*error:|error:)/ || /recorded an issue| error: / { print }' "$1" | tail -n 120
}

# run_benchmarks [names...]: each in an environment of its own; figures on standard output, all else on standard error
run_benchmarks() {
    local name
    [[ $# -gt 0 ]] || set -- "${benchmarks[@]}"
    for name; do
        [[ -e $root/Benchmarks/$name.py ]] || fail "no benchmark $name: there are ${benchmarks[*]}"
        say "Benchmark $name"
        PYTHONDONTWRITEBYTECODE=1 UNDERSTUDY_PRODUCTS=$products /usr/bin/python3 "$root/Benchmarks/$name.py"
    done
}

# take_screenshots [names of pages...]: in an environment of its own
take_screenshots() {
    PYTHONDONTWRITEBYTECODE=1 UNDERSTUDY_PRODUCTS=$products /usr/bin/python3 "$root/Tests/ConsoleTests/screenshots.py" "$@"
}
