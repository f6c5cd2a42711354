import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// Changes the image of plain Deployments by server-side apply.
struct DeploymentChange: ProductionChange {
    let cluster: Cluster

    func prepare(_ request: PromotionRequested) async throws -> Preparation {
        guard let application = try await ProductionApplication.find(request.application, on: cluster) else {
            return .refused(ProductionApplication.missing(request))
        }
        if application.image.version == request.targetVersion { return .alreadyThere }
        if let objection = application.objection(to: request) { return .refused(objection) }
        let changed = application.deployments.map { changing($0, of: application, to: request.targetVersion) }
        let differences = ImageChange.differences(
            from: application.deployments.map(\.value),
            to: zip(application.deployments, changed).map { $0.value.merged(with: $1) })
        return .ready(before: application.image.description, diff: ImageChange.text(of: differences))
    }

    func apply(_ record: PromotionRecord) async throws {
        let application = try await ProductionApplication.find(record.request.application, on: cluster)
        if let application, application.image.version != record.request.targetVersion,
            let objection = application.objection(to: record.request)
        {
            // Someone changed production since it was looked at.
            throw PromotionRefused(failure: objection)
        }
        try await set(record.request.targetVersion, record.request)
    }

    func rollBack(_ record: PromotionRecord) async throws {
        try await set(record.before.map { ImageReference($0).version } ?? record.request.sourceVersion, record.request)
    }

    private func set(_ version: String, _ request: PromotionRequested) async throws {
        guard let application = try await ProductionApplication.find(request.application, on: cluster) else { return }
        for deployment in application.deployments {
            var object = KubernetesObject(
                type: .deployments, name: deployment.name, namespace: request.application.namespace)
            object.spec = [
                "template": ["spec": ["containers": .array(images(of: deployment, application, version))]]
            ]
            _ = try await cluster.client.apply(object, as: .deployments)
        }
    }

    /// The containers with the application's own image, by name and new image only.
    private func images(
        of deployment: KubernetesObject, _ application: ProductionApplication, _ version: String
    ) -> [JSONValue] {
        ProductionApplication.containers(of: deployment).compactMap { container in
            guard let name = container["name"], let text = container["image"].string else { return nil }
            let image = ImageReference(text)
            guard image.repository == application.image.repository else { return nil }
            return ["name": name, "image": .string(image.with(version: version).description)]
        }
    }

    private func changing(
        _ deployment: KubernetesObject, of application: ProductionApplication, to version: String
    ) -> JSONValue {
        let containers = ProductionApplication.containers(of: deployment).map { container -> JSONValue in
            var container = container
            if let text = container["image"].string, ImageReference(text).repository == application.image.repository {
                container["image"] = .string(ImageReference(text).with(version: version).description)
            }
            return container
        }
        return ["spec": ["template": ["spec": ["containers": .array(containers)]]]]
    }
}
