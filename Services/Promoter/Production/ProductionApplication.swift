import KubernetesClient
import PreviewDomain
import ServiceRuntime

/// An application as it runs in production: its Deployments and its own image.
struct ProductionApplication: Sendable {
    let reference: ApplicationReference
    /// The Deployments that run its own image, the main one first.
    let deployments: [KubernetesObject]
    /// The application's own image, as the main Deployment names it.
    let image: ImageReference
    /// The Helm release that it is installed by, if it is.
    let release: String?

    /// Finds the application, or `nil` where nothing of that name runs.
    static func find(_ reference: ApplicationReference, on cluster: Cluster) async throws -> ProductionApplication? {
        let members = try await cluster.client.list(.deployments, namespace: reference.namespace).items.filter {
            ApplicationIdentity.applicationName(of: $0.value) == reference.name
        }
        guard let identity = ApplicationIdentity(application: reference.name, deployments: members.map(\.value)) else {
            return nil
        }
        let sorted = members.sorted { left, right in
            (left.name == identity.mainWorkload ? 0 : 1, left.name) < (
                right.name == identity.mainWorkload ? 0 : 1, right.name
            )
        }
        return ProductionApplication(
            reference: reference,
            deployments: sorted.filter { deployment in
                containers(of: deployment).contains {
                    $0["image"].string.map { ImageReference($0).repository } == identity.imageRepository
                }
            },
            image: identity.image, release: sorted.first?.annotations["meta.helm.sh/release-name"])
    }

    /// The containers of a Deployment's pods.
    static func containers(of deployment: KubernetesObject) -> [JSONValue] {
        deployment.spec["template"]["spec"]["containers"].array ?? []
    }

    /// Why the request can't be carried out as things stand, if it can't.
    func objection(to request: PromotionRequested) -> Failure? {
        guard image.version != request.sourceVersion, !request.attempt.confirms(image.version) else { return nil }
        let confirmed = request.attempt.force ? request.attempt.production : nil
        let besides = confirmed.map { ", and who promoted it anyway had looked at \($0)" } ?? ""
        return Failure(
            reason: Failure.productionMovedOn,
            message:
                "Production runs \(reference) \(image.version), but the preview started from "
                + "\(request.sourceVersion)\(besides).",
            object: deployments.first.map {
                ObjectReference(
                    cluster: request.preview.cluster, apiVersion: "apps/v1", kind: "Deployment",
                    namespace: reference.namespace, name: $0.name)
            },
            nextStep:
                "Check that \(request.targetVersion) may replace it, then promote anyway (by the API: retry with force)."
        )
    }

    /// Says that there is no such application.
    static func missing(_ request: PromotionRequested) -> Failure {
        Failure(
            reason: "ApplicationNotFound",
            message: "No Deployment of \(request.application) runs on \(request.preview.cluster).",
            nextStep: "Install the application, or tear the preview down.")
    }
}
