#!/usr/bin/env bash
# The same as a preview, by hand: what Understudy's requests are measured against.
# usage: preview.sh <namespace> <folder for its files> storefront|both
set -euo pipefail

namespace=$1 folder=$2 what=$3
charts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../deploy/shop/charts" && pwd)
mkdir -p "$folder"

k() { kubectl --namespace "$namespace" "$@"; }

# copied <secret> <key...>: of production, under the name of the preview's secret
copied() {
    kubectl --namespace shop get secret "$1" --output json |
        jq --arg name "source-$1" --args '{apiVersion, kind, type: "Opaque", metadata: {name: $name},
            data: (.data | with_entries(select(.key | IN($ARGS.positional[]))))}' "${@:2}" |
        k create --filename -
}

clone() {
    copied orders-db-ca ca.crt
    copied orders-db-replication tls.crt tls.key
    k create --filename - <<YAML
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders-db}
spec:
  instances: 1
  imageName: ghcr.io/cloudnative-pg/postgresql:15
  storage: {size: 1Gi}
  resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}}
  bootstrap: {pg_basebackup: {source: source, database: orders, owner: orders}}
  externalClusters:
    - name: source
      connectionParameters:
        {host: orders-db-rw.shop.svc, port: "5432", user: streaming_replica, dbname: postgres, sslmode: verify-full}
      sslCert: {name: source-orders-db-replication, key: tls.crt}
      sslKey: {name: source-orders-db-replication, key: tls.key}
      sslRootCert: {name: source-orders-db-ca, key: ca.crt}
YAML
    k wait --for=condition=Ready cluster.postgresql.cnpg.io/orders-db --timeout=180s
}

# release <name> <tag> [arguments of helm]
release() {
    helm --namespace "$namespace" install "$1" "$charts/$1" --wait --timeout 3m --set image.tag="$2" \
        --set ingress.enabled=true --set "ingress.host=$1-$namespace.preview.localhost" "${@:3}"
}

kubectl create namespace "$namespace"
k create quota preview --hard=requests.cpu=1,requests.memory=4Gi
case $what in
    storefront) release storefront 2.1.0 ;;
    both)
        clone
        password=$(k get secret orders-db-app --output "jsonpath={.data.password}" | base64 --decode)
        cat >"$folder/orders.yaml" <<YAML
database: {host: orders-db-rw.$namespace.svc, password: "$password"}
reporting: {host: orders-db-rw.$namespace.svc}
YAML
        release orders 1.5.0 --values "$folder/orders.yaml" &
        orders=$!
        release storefront 2.1.0 --set ordersURL="http://orders.$namespace.svc.cluster.local"
        wait "$orders"
        ;;
esac
date +%s.%N >"$folder/ready"

# Gone again, and seen to be.
for name in $(helm --namespace "$namespace" list --short); do
    helm --namespace "$namespace" uninstall "$name" --wait
done
kubectl delete namespace "$namespace" --wait --timeout=120s
