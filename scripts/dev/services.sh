# shellcheck shell=bash
# The stand-in cluster and the six services: how each is configured, started and found ready.

services=(api-gateway provisioner db-cloner dns-manager promoter reaper)
kubeconfig=$data/kubeconfig
second_kubeconfig=$data/kubeconfig-second

# admin_port_of <service>: its health and metrics
admin_port_of() {
    local index
    for index in "${!services[@]}"; do
        [[ ${services[index]} != "$1" ]] || printf '%s' $((admin_port + index))
    done
}

# cluster_start <process> <port> <folder of its objects> <its kubeconfig>
cluster_start() {
    local postgres
    postgres=$(postgres_bin)
    mkdir -p "$3"
    step "Laid out the shop's images" "$root/deploy/shop/images.sh" "$data/images"
    start "$1" env PATH="$postgres:$PATH" "$products/dev-cluster" \
        --data "$3" --port "$2" --images "$data/images" --kubeconfig "$4"
}

# cluster_ready <process> <its kubeconfig>
cluster_ready() {
    expect_alive "$1"
    [[ -s $2 ]] && "$kubectl" --kubeconfig "$2" get --raw /readyz >/dev/null 2>&1
}

# kubeconfig_of <service>: the cluster's own; or one of a folder with one for each service, as for a proxy in between
kubeconfig_of() {
    if [[ -n ${UNDERSTUDY_KUBECONFIGS-} ]]; then
        printf '%s' "$UNDERSTUDY_KUBECONFIGS/$1.yaml"
    else
        printf '%s' "$kubeconfig"
    fi
}

# service_start <name>
service_start() {
    local port
    port=$(admin_port_of "$1")
    local settings=(
        AMQP_URL="$(amqp_url)"
        ADMIN_HOST=127.0.0.1
        ADMIN_PORT="$port"
        BASE_DOMAIN=preview.localhost
        ADDRESS_SCHEME=https
        ADDRESS_PORT="$entry_port"
        LOG_LEVEL="${LOG_LEVEL:-info}"
        LOG_FORMAT="${LOG_FORMAT:-json}"
        # A crash report must not carry what memory held.
        SWIFT_BACKTRACE=registers=none
    )
    # The gateway holds no cluster credentials.
    if [[ $1 != api-gateway ]]; then
        if has_second_cluster; then
            settings+=(CLUSTERS_FILE="$data/clusters.yaml")
        else
            settings+=(CLUSTER_NAME=local KUBECONFIG="$(kubeconfig_of "$1")")
        fi
    fi
    case $1 in
        api-gateway)
            settings+=(
                HTTP_HOST=127.0.0.1 HTTP_PORT="$gateway_port" DATABASE_PATH="$data/api-gateway.sqlite"
                BOOTSTRAP_TOKEN="$(password token)")
            ;;
        provisioner) settings+=(HELM="$helm" SEALING_KEY_FILE="$data/secrets/sealing-key") ;;
        promoter) settings+=(HELM="$helm") ;;
        dns-manager)
            settings+=(
                ENTRY_URL="https://127.0.0.1:$entry_port" ADDRESS_CA_FILE="$authority/ca.pem" INGRESS_CLASS=traefik
                TLS_SECRET=understudy-system/preview-certificate)
            ;;
        reaper) settings+=(DATABASE_PATH="$data/reaper.sqlite") ;;
    esac
    start "$1" env "${settings[@]}" "$products/$1"
}

service_ready() { answers "$1" "http://127.0.0.1:$(admin_port_of "$1")/readyz"; }
