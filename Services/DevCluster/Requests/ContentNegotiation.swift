import KubernetesClient

/// The form in which a client wants its answer.
struct AnswerFormat: Sendable, Equatable {
    enum Shape: Sendable, Equatable {
        case object
        case table(version: String)
        case metadata(version: String)
        case metadataList(version: String)
        case aggregatedDiscovery(version: String)
    }

    var shape = Shape.object
    var isYAML = false

    var contentType: String {
        switch shape {
        case .aggregatedDiscovery(let version):
            "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        default: isYAML ? "application/yaml" : "application/json"
        }
    }

    /// The first acceptable form of an Accept header; `nil` when none is.
    ///
    /// - Parameter isDiscovery: whether the aggregated forms of discovery can be had here.
    init?(accept: String, isDiscovery: Bool = false, isList: Bool = false) {
        guard !accept.isEmpty else { return }
        for choice in accept.split(separator: ",") {
            let parts = choice.split(separator: ";").map { String($0).trimmed }
            guard let type = parts.first else { continue }
            let parameters = APIRequest.parseQuery(parts.dropFirst().joined(separator: "&"))
            switch type {
            case "application/json", "*/*", "application/*": isYAML = false
            case "application/yaml": isYAML = true
            default: continue
            }
            guard let shape = parameters["as"] else { return }
            let version = parameters["v"] ?? "v1"
            switch (shape, parameters["g"]) {
            case ("Table", "meta.k8s.io"): self.shape = .table(version: version)
            case ("PartialObjectMetadata", "meta.k8s.io") where !isDiscovery: self.shape = .metadata(version: version)
            case ("PartialObjectMetadataList", "meta.k8s.io"): self.shape = .metadataList(version: version)
            case ("APIGroupDiscoveryList", "apidiscovery.k8s.io") where isDiscovery && version == "v2":
                self.shape = .aggregatedDiscovery(version: version)
            default: continue
            }
            return
        }
        return nil
    }
}
