import KubernetesClient

extension StoreState {
    /// The objects that a cluster has from its first start on.
    mutating func ensureBuiltInObjects() {
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            ensure(ObjectKey(.namespaces, namespace: nil, name: name), ["metadata": ["name": .string(name)]])
        }
    }

    /// Forgets events that are older than some seconds.
    mutating func expireEvents(olderThan seconds: Double) {
        let limit = Moment.secondsSinceEpoch() - seconds
        for (key, object) in objects(.events) {
            let time =
                object.value["lastTimestamp"].string ?? object.value["eventTime"].string
                ?? object.value["metadata"]["creationTimestamp"].string
            if let time, let moment = Moment.seconds(time), moment < limit { remove(key) }
        }
        settle()
    }
}
