public import KubernetesClient
public import PreviewDomain

/// Annotations by which what was found can be corrected.
public enum CatalogueAnnotation {
    /// Names the application that a Deployment belongs to.
    public static let application = "understudy.dev/application"
    /// `true` hides a Deployment.
    public static let ignore = "understudy.dev/ignore"
    /// Names the databases of an application: `<cluster>` or `<namespace>/<cluster>`, separated by commas.
    public static let database = "understudy.dev/database"
    /// Names the repositories that an application is built from, `<owner>/<name>`, separated by commas; on the Deployment
    /// or, for all applications in it, on the namespace.
    public static let repository = "understudy.dev/repository"
    /// `true` on the Deployment whose image is the application's version.
    public static let main = "understudy.dev/main"
}

/// Which of an application's Deployments and containers is the one whose version counts.
public struct ApplicationIdentity: Sendable, Hashable {
    /// The name of the main Deployment.
    public var mainWorkload: String
    /// The name of its main container.
    public var container: String
    /// The main container's image.
    public var image: ImageReference

    /// The image without a version.
    public var imageRepository: String { image.repository }

    /// The application that a Deployment belongs to, or `nil` where it is to be ignored.
    public static func applicationName(of deployment: JSONValue) -> String? {
        let metadata = deployment["metadata"]
        let annotations = metadata["annotations"].strings ?? [:]
        guard annotations[CatalogueAnnotation.ignore] != "true" else { return nil }
        return annotations[CatalogueAnnotation.application] ?? annotations["meta.helm.sh/release-name"]
            ?? metadata["labels"]["app.kubernetes.io/name"].string ?? metadata["name"].string
    }

    /// Finds the main Deployment and container of an application; `nil` where no Deployment has a container.
    public init?(application: String, deployments: [JSONValue]) {
        let ranked = deployments.sorted { left, right in
            let (a, b) = (Self.rank(left, application), Self.rank(right, application))
            return a != b ? a < b : (left["metadata"]["name"].string ?? "") < (right["metadata"]["name"].string ?? "")
        }
        guard let main = ranked.first, let name = main["metadata"]["name"].string,
            let containers = PodTemplates.template(of: main)?["spec"]["containers"].array, let first = containers.first
        else { return nil }
        let container = containers.first { [application, name].contains($0["name"].string) } ?? first
        mainWorkload = name
        self.container = container["name"].string ?? ""
        image = ImageReference(container["image"].string ?? "")
    }

    private static func rank(_ deployment: JSONValue, _ application: String) -> Int {
        let metadata = deployment["metadata"]
        if metadata["annotations"][CatalogueAnnotation.main].string == "true" { return 0 }
        if metadata["name"].string == application { return 1 }
        if metadata["labels"]["app.kubernetes.io/component"].string == "server" { return 2 }
        return 3
    }
}
