#!/usr/bin/env bash
# Prepares a development cluster as ./dev does: defines PreviewEnvironment on it, and makes its entry for a Traefik that
# something else starts: the authority with its certificates, what Traefik needs on the cluster, and its configuration in
# <folder>/traefik.yml.
# usage: entry.sh <folder> <kubeconfig> <address> <port> <port for TLS>
set -euo pipefail

if [[ $# -ne 5 ]]; then
    echo "usage: entry.sh <folder> <kubeconfig> <address> <port> <port for TLS>" >&2
    exit 2
fi
deploy=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scripts=$(cd "$deploy/../scripts/dev" && pwd)
# Read by what is sourced.
# shellcheck disable=SC2034
data=$1 logs=$1 kubectl=kubectl
# shellcheck source-path=SCRIPTDIR/../scripts/dev
{
    source "$scripts/say.sh"
    source "$scripts/authority.sh"
    source "$scripts/entry.sh"
}

mkdir -p "$1"
kubectl --kubeconfig "$2" apply --filename "$deploy/crds"
authority_prepare
entry_objects "$2"
entry_configure "$1" "$3" "$4" "$5"
