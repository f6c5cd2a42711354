import KubernetesClient

/// Which service account pods run as.
enum ServiceAccounts {
    /// The account that a preview's pods run as unless their application brings its own. It can do nothing.
    static let preview = "understudy-preview"

    /// Gives pods the pull secrets that the source's default account gave them.
    static func givePullSecrets(_ secrets: JSONValue, to objects: inout [JSONValue]) {
        for index in objects.indices {
            PodTemplates.change(in: &objects[index]) { template in
                let account = template["spec"]["serviceAccountName"].string ?? "default"
                guard account == "default", template["spec"]["imagePullSecrets"] == nil else { return }
                template["spec"]["imagePullSecrets"] = secrets
            }
        }
    }

    /// Makes pods run as accounts that the preview has, without a token unless the application gives its account rights.
    static func assign(in objects: inout [JSONValue]) {
        let own = Set(
            objects.filter { $0["kind"].string == "ServiceAccount" }.compactMap { $0["metadata"]["name"].string })
        let granted = Set(
            objects.filter { $0["kind"].string == "RoleBinding" }.flatMap { $0["subjects"].array ?? [] }
                .compactMap { $0["name"].string })
        for index in objects.indices {
            if objects[index]["kind"].string == "ServiceAccount" {
                let name = objects[index]["metadata"]["name"].string ?? ""
                objects[index]["automountServiceAccountToken"] = .bool(granted.contains(name))
                objects[index]["secrets"] = nil
            }
            PodTemplates.change(in: &objects[index]) { template in
                let name = template["spec"]["serviceAccountName"].string
                let usable = name.flatMap { own.contains($0) ? $0 : nil } ?? preview
                template["spec"]["serviceAccountName"] = .string(usable)
                template["spec"]["serviceAccount"] = nil
                if !granted.contains(usable) { template["spec"]["automountServiceAccountToken"] = false }
            }
        }
    }
}
