# shellcheck shell=bash
# A second cluster beside the first, with a shop and an entry of its own: `./dev up --clusters 2`.

second_processes=(dev-cluster-second traefik-second)

# has_second_cluster: whether this environment was started with one
has_second_cluster() { [[ -e $data/clusters.yaml ]]; }

# second_cluster_choose <number of clusters>: keeps the choice with the environment's data
second_cluster_choose() {
    case $1 in
        2) ;;
        *) fail "--clusters is 1 or 2, not $1" ;;
    esac
    mkdir -p "$data"
    cat >"$data/clusters.yaml" <<YAML
clusters:
  - name: local
    kubeconfig: ${kubeconfig##*/}
  - name: second
    kubeconfig: ${second_kubeconfig##*/}
    baseDomain: second.preview.localhost
    entry: https://127.0.0.1:$second_entry_port
    addressPort: $second_entry_port
YAML
}

# second_cluster_up <whether the shop is wanted>
second_cluster_up() {
    running dev-cluster-second ||
        cluster_start dev-cluster-second "$second_cluster_port" "$data/cluster-second" "$second_kubeconfig"
    step "The second cluster is ready" wait_for 30 cluster_ready dev-cluster-second "$second_kubeconfig"
    install_definitions "$second_kubeconfig"
    running traefik-second ||
        entry_start traefik-second "$second_kubeconfig" "$second_entry_port" "$second_entry_tls_port"
    step "Its Traefik is ready" wait_for 30 entry_ready traefik-second "$second_entry_port"
    if $1 && [[ ! -e $data/shop-installed-second ]]; then
        step "Its shop is installed" install_shop "$second_kubeconfig" shop-second shop-installed-second
    fi
}
