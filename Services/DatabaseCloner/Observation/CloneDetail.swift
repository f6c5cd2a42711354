import Shared

extension DatabaseDetail {
    /// Where a clone answers, read from the clone itself, or `nil` where it is no clone of ours.
    init?(clone: KubernetesObject) {
        guard let method = clone.annotations[CloneAnnotation.method], let namespace = clone.namespace else {
            return nil
        }
        let bootstrap = clone.spec["bootstrap"]["pg_basebackup"] ?? clone.spec["bootstrap"]["initdb"]
        guard let database = bootstrap["database"].string else { return nil }
        let service = clone.status["writeService"].string ?? "\(clone.name)-rw"
        self.init(
            method: method, host: PreviewHosts.internal(service: service, namespace: namespace), database: database,
            owner: bootstrap["owner"].string ?? database,
            secret: bootstrap["secret"]["name"].string ?? "\(clone.name)-app",
            size: clone.spec["storage"]["size"].string)
    }
}
