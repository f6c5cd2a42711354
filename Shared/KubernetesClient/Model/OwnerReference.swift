/// Names an object with which another goes away.
public struct OwnerReference: Sendable, Hashable {
    /// The owner's API version.
    public var apiVersion: String
    /// The owner's kind.
    public var kind: String
    /// The owner's name.
    public var name: String
    /// The owner's unique id.
    public var uid: String

    /// Reads an entry of an object's metadata; `nil` where it is none.
    init?(_ value: JSONValue) {
        guard let apiVersion = value["apiVersion"].string, let kind = value["kind"].string,
            let name = value["name"].string, let uid = value["uid"].string
        else { return nil }
        (self.apiVersion, self.kind, self.name, self.uid) = (apiVersion, kind, name, uid)
    }
}
