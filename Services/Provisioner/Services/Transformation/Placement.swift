import KubernetesClient
import PreviewDomain

/// Moves objects into a preview's namespace and takes off what ties them to their source.
enum Placement {
    /// An object for the preview's namespace.
    static func placed(_ object: JSONValue, from sourceNamespace: String, into namespace: String) -> JSONValue {
        var object = object
        object["metadata"]["namespace"] = .string(namespace)
        for field in liveFields { object["metadata"][field] = nil }
        object["status"] = nil
        object["metadata"]["annotations"] = annotations(object["metadata"]["annotations"])
        switch object["kind"].string {
        case "Service": object["spec"] = service(object["spec"] ?? .object([:]))
        case "RoleBinding": object["subjects"] = subjects(object["subjects"], sourceNamespace, namespace)
        case "CronJob": object["spec"]["suspend"] = true
        case "PersistentVolumeClaim": object["spec"]["volumeName"] = nil
        default: break
        }
        PodTemplates.change(in: &object) { template in
            // A class of production's could push production's own pods off a node.
            template["spec"]["priorityClassName"] = nil
            template["spec"]["priority"] = nil
            template["spec"]["nodeName"] = nil
            template["metadata"]["creationTimestamp"] = nil
            // Policies let pods with the operator's labels through; no application may carry them.
            if let labels = template["metadata"]["labels"].strings {
                template["metadata"]["labels"] = JSONValue(labels.filter { !$0.key.hasPrefix("cnpg.io/") })
            }
        }
        return object
    }

    private static let liveFields = [
        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "ownerReferences",
        "finalizers",
    ]

    /// Hooks that belong to an upgrade belong to the preview's first install as well: its database is a copy of one that
    /// is in use, and the new version is an upgrade to it.
    static func asInstall(_ object: JSONValue) -> JSONValue {
        var object = object
        var events = KindRules.hooks(of: object)
        guard !events.isEmpty else { return object }
        for (upgrade, install) in [("pre-upgrade", "pre-install"), ("post-upgrade", "post-install")]
        where events.contains(upgrade) && !events.contains(install) {
            events.append(install)
        }
        object["metadata"]["annotations"]["helm.sh/hook"] = .string(events.joined(separator: ","))
        // What a hook leaves behind is needed to say why it failed; the next attempt replaces it.
        object["metadata"]["annotations"]["helm.sh/hook-delete-policy"] = "before-hook-creation,hook-succeeded"
        return object
    }

    private static func annotations(_ value: JSONValue?) -> JSONValue? {
        guard let annotations = value.strings else { return nil }
        let kept = annotations.filter { key, _ in
            !["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"].contains(key)
                && !foreignPrefixes.contains { key.hasPrefix($0) }
        }
        return kept.isEmpty ? nil : JSONValue(kept)
    }

    /// Annotations by which other controllers would publish names, order certificates, sync, or claim ownership.
    private static let foreignPrefixes = [
        "external-dns.alpha.kubernetes.io/", "cert-manager.io/", "service.beta.kubernetes.io/", "meta.helm.sh/",
        "argocd.argoproj.io/", "pv.kubernetes.io/", "volume.kubernetes.io/",
    ]

    private static func service(_ value: JSONValue) -> JSONValue {
        var spec = value
        let isHeadless = spec["clusterIP"].string == "None"
        for field in [
            "clusterIPs", "externalIPs", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRanges",
            "externalTrafficPolicy", "healthCheckNodePort", "allocateLoadBalancerNodePorts",
        ] {
            spec[field] = nil
        }
        spec["clusterIP"] = isHeadless ? "None" : nil
        if ["LoadBalancer", "NodePort"].contains(spec["type"].string) { spec["type"] = "ClusterIP" }
        if var ports = spec["ports"].array {
            for index in ports.indices { ports[index]["nodePort"] = nil }
            spec["ports"] = .array(ports)
        }
        return spec
    }

    private static func subjects(_ value: JSONValue?, _ source: String, _ namespace: String) -> JSONValue? {
        value.array.map { subjects in
            .array(
                subjects.compactMap { subject in
                    // Accounts of other namespaces, users and groups have no business in the preview.
                    guard subject["kind"].string == "ServiceAccount",
                        [source, namespace, nil].contains(subject["namespace"].string)
                    else { return nil }
                    var subject = subject
                    subject["namespace"] = .string(namespace)
                    return subject
                })
        }
    }
}
