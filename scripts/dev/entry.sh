# shellcheck shell=bash
# The entry of a cluster: Traefik, the ingress controller, on one port that speaks HTTP and, with the certificates of our
# authority, TLS.

# entry_start <process> <kubeconfig> <port> <port for TLS>: starts the entry of a cluster that answers
entry_start() {
    local name=$1 folder=$data/$1
    entry_objects "$2"
    mkdir -p "$folder"
    entry_configure "$folder" 127.0.0.1 "$3" "$4"
    start "$name" env KUBECONFIG="$2" "$traefik" --configFile="$folder/traefik.yml"
}

# entry_objects <kubeconfig>: what Traefik and previews' addresses need on the cluster
entry_objects() {
    # The key reaches kubectl on standard input, and is applied by the server: no annotation repeats it.
    "$kubectl" --kubeconfig "$1" apply --server-side --force-conflicts --filename - >"$logs/entry-objects.log" 2>&1 <<YAML ||
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: traefik
  annotations: {ingressclass.kubernetes.io/is-default-class: "true"}
spec: {controller: traefik.io/ingress-controller}
---
apiVersion: v1
kind: Namespace
metadata: {name: understudy-system}
---
apiVersion: v1
kind: Secret
metadata: {name: preview-certificate, namespace: understudy-system}
type: kubernetes.io/tls
data: {tls.crt: $(base64 --wrap 0 "$authority/previews.pem"), tls.key: $(base64 --wrap 0 "$authority/previews.key")}
YAML
        fail "the cluster takes no Ingress class and certificate; see $logs/entry-objects.log"
}

# entry_configure <folder> <address> <port> <port for TLS>
#
# An Ingress makes one route at each entry point, with TLS or without, as the entry point is. So there are two of them,
# as in most installations; what arrives as TLS at the first is handed on to the second, unopened.
entry_configure() {
    cat >"$1/traefik.yml" <<YAML
global: {checkNewVersion: false, sendAnonymousUsage: false}
log: {level: INFO, format: json}
api: {dashboard: false}
entryPoints:
  entry: {address: "$2:$3", asDefault: true}
  tls: {address: "127.0.0.1:$4", asDefault: true, http: {tls: {}}}
providers:
  providersThrottleDuration: 50ms
  file: {filename: "$1/routes.yml", watch: false}
  kubernetesIngress:
    allowEmptyServices: true
    ingressEndpoint: {ip: 127.0.0.1}
YAML
    cat >"$1/routes.yml" <<YAML
tcp:
  routers:
    tls: {entryPoints: [entry], rule: "HostSNI(\`*\`)", service: tls, tls: {passthrough: true}}
  services:
    tls: {loadBalancer: {servers: [{address: "127.0.0.1:$4"}]}}
tls:
  stores:
    default:
      defaultCertificate: {certFile: "$authority/shop.pem", keyFile: "$authority/shop.key"}
YAML
}

# entry_ready <process> <port>
entry_ready() {
    expect_alive "$1"
    listening "$2"
}
