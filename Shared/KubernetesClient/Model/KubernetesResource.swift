/// A typed model of one resource type.
///
/// Models hold what Understudy reads or makes, not everything that Kubernetes knows. So they serve for reading, creating
/// and server-side apply; to change an object in place, read it as a `KubernetesObject` and replace or patch that.
public protocol KubernetesResource: Codable, Sendable {
    /// The resource type that this models.
    static var type: ResourceType { get }
    /// The object's metadata.
    var metadata: ObjectMeta { get set }
}
