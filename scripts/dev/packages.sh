# shellcheck shell=bash
# Debian packages: installed when this user may, otherwise named.

packages=(
    bubblewrap ca-certificates curl jq iproute2 libcurl4-openssl-dev libpq5 librabbitmq-dev libsqlite3-dev openssl
    pkg-config postgresql python3 python3-pip python3-psycopg2 rabbitmq-server zlib1g-dev
)
# What only tests and screenshots of the console need.
browser_packages=(chromium chromium-driver)

# missing_packages <names...>: those that are not installed
missing_packages() {
    local package
    for package; do
        [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
    done
}

# ensure_packages [further names...]
ensure_packages() {
    local wanted=("${packages[@]}" "$@") missing become=()
    command -v dpkg-query >/dev/null || fail "this is not Debian: install the counterparts of ${wanted[*]} by hand"
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]]; then
        sudo -n true 2>/dev/null || fail "missing packages; run: sudo apt-get install --no-install-recommends ${missing[*]}"
        become=(sudo -n)
    fi
    step "Installing ${#missing[@]} Debian packages" install_packages "${missing[@]}"
}

# install_packages <names...>: installs them without starting the servers that they bring: we run our own
install_packages() {
    local policy=/usr/sbin/policy-rc.d log=$state/log/packages.log result=0
    mkdir -p "$state/log"
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | "${become[@]}" tee "$policy" >/dev/null
        "${become[@]}" chmod 755 "$policy"
    else
        policy=
    fi
    {
        "${become[@]}" apt-get update &&
            "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || result=$?
    [[ -z $policy ]] || "${become[@]}" rm -f "$policy"
    if [[ $result -ne 0 ]]; then
        tail -n 15 "$log" >&2
        fail "apt-get failed; its whole output is in $log"
    fi
}

# postgres_bin: the folder of the newest PostgreSQL's programs
postgres_bin() {
    local newest
    newest=$(printf '%s\n' /usr/lib/postgresql/*/bin/pg_basebackup | sort -V | tail -n 1)
    [[ -x $newest ]] || fail "PostgreSQL's programs are not in /usr/lib/postgresql: install the package postgresql"
    dirname "$newest"
}
