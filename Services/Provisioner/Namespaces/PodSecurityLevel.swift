import KubernetesClient

/// The levels of the Pod Security Standards that a preview's namespace can enforce.
enum PodSecurityLevel: String, Sendable, Comparable {
    case restricted, baseline

    static func < (left: Self, right: Self) -> Bool { left == .restricted && right == .baseline }

    /// The strictest level that lets all of the pods run. What *baseline* forbids is not looked for: the API server
    /// refuses it and says why.
    static func allowed(by templates: [JSONValue]) -> PodSecurityLevel {
        templates.allSatisfy(isRestricted) ? .restricted : .baseline
    }

    /// Whether a pod template fulfils what *restricted* asks for beyond *baseline*.
    static func isRestricted(_ template: JSONValue) -> Bool {
        let spec = template["spec"] ?? .null
        let pod = spec["securityContext"]
        guard (spec["volumes"].array ?? []).allSatisfy(isRestrictedVolume), pod["runAsUser"].int != 0 else {
            return false
        }
        return PodTemplates.containers(of: template).allSatisfy { container in
            let own = container["securityContext"]
            let dropped = own["capabilities"]["drop"].array?.compactMap(\.string) ?? []
            let added = own["capabilities"]["add"].array?.compactMap(\.string) ?? []
            let profile = own["seccompProfile"]["type"].string ?? pod["seccompProfile"]["type"].string
            return own["runAsNonRoot"].bool ?? pod["runAsNonRoot"].bool ?? false
                && own["runAsUser"].int != 0
                && own["allowPrivilegeEscalation"].bool == false
                && dropped.contains("ALL")
                && added.allSatisfy { $0 == "NET_BIND_SERVICE" }
                && ["RuntimeDefault", "Localhost"].contains(profile)
        }
    }

    private static let volumeKinds: Set<String> = [
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret",
    ]

    private static func isRestrictedVolume(_ volume: JSONValue) -> Bool {
        (volume.object ?? [:]).keys.allSatisfy { $0 == "name" || volumeKinds.contains($0) }
    }
}
