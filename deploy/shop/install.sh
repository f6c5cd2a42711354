#!/usr/bin/env bash
# Installs the sample shop into namespace `shop` of the cluster that kubectl talks to. What is there already stays as it
# is, so a version that was promoted is not taken back; --reset puts the first versions back.
# usage: install.sh [--reset]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
reset=false
case ${1-} in
    "") ;;
    --reset) reset=true ;;
    *)
        echo "usage: install.sh [--reset]" >&2
        exit 2
        ;;
esac

# secret <key>: a value that the database's operator made
secret() {
    kubectl --namespace shop get secret orders-db-app --output "jsonpath={.data.$1}" | base64 --decode
}

# installed <release>: whether it is deployed
installed() {
    [[ $(helm --namespace shop list --deployed --short --filter "^$1\$") == "$1" ]]
}

# release <name> <host> [arguments of helm]: installs it, unless it is there
release() {
    local name=$1 host=$2
    shift 2
    if ! $reset && installed "$name"; then
        echo "shop: $name is installed"
        return
    fi
    helm --namespace shop upgrade --install "$name" "$here/charts/$name" --wait --timeout 2m \
        --set ingress.enabled=true --set "ingress.host=$host" "$@" >/dev/null
    echo "shop: installed $name"
}

kubectl apply --filename "$here/orders-db.yaml"
kubectl --namespace shop wait --for=condition=Ready cluster.postgresql.cnpg.io/orders-db --timeout=180s
kubectl apply --filename "$here/orders-seed.yaml"
kubectl --namespace shop wait --for=condition=Complete job/orders-seed --timeout=120s

# The password reaches Helm on standard input: arguments can be read by everyone on the machine.
password=$(secret password)
printf 'database: {password: "%s"}\n' "$password" | release orders "${ORDERS_HOST:-orders.shop.localhost}" --values -
release storefront "${SHOP_HOST:-shop.localhost}"
