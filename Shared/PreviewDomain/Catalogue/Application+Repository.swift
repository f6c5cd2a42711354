extension Application {
    /// Whether it is built from a repository, `owner/name`.
    ///
    /// What its annotation says counts alone. Without one the path of its image tells: `acme/shop` and all below it, such
    /// as `ghcr.io/acme/shop/orders:1.5.0`, are built from `acme/shop`; `acme/shop-admin` and `mirror/acme/shop` are not.
    /// GitHub knows no difference between upper and lower case, and images have lower case only.
    public func isBuilt(from repository: String) -> Bool {
        let repository = repository.lowercased()
        guard repositories.isEmpty else { return repositories.contains { $0.lowercased() == repository } }
        let path = ImageReference(image).path.lowercased()
        return path == repository || path.hasPrefix("\(repository)/")
    }

    /// Whether its annotation says that it is built from other repositories.
    public func isBuiltElsewhere(than repository: String) -> Bool {
        !repositories.isEmpty && !isBuilt(from: repository)
    }
}

extension ImageReference {
    /// The repository without the registry. As everywhere, what stands before the first slash is a registry where it has a
    /// dot or a port in it, or is `localhost`.
    public var path: String {
        guard let slash = repository.firstIndex(of: "/") else { return repository }
        let first = repository[..<slash]
        guard first == "localhost" || first.contains(where: { $0 == "." || $0 == ":" }) else { return repository }
        return String(repository[repository.index(after: slash)...])
    }
}
