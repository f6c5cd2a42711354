extension KubernetesClient {
    /// Reads what a pod's container wrote to its output.
    ///
    /// - Parameters:
    ///   - pod: the pod's name.
    ///   - namespace: where it is.
    ///   - container: which of its containers; may be left out where there is one.
    ///   - tailLines: how many lines from the end.
    ///   - previous: whether to read the run before the last restart.
    ///   - limitBytes: how much at most.
    public func logs(
        pod: String, namespace: String, container: String? = nil, tailLines: Int? = 1000, previous: Bool = false,
        limitBytes: Int = 4 << 20
    ) async throws -> String {
        var request = APIRequest("GET", ResourceType.pods.path(namespace: namespace, name: pod, subresource: "log"))
        request.accept = "text/plain, application/json"
        request.add("container", container)
        request.add("tailLines", tailLines.map { String($0) })
        if previous { request.add("previous", "true") }
        request.add("limitBytes", String(limitBytes))
        let response = try await connection.perform(request)
        return String(decoding: response.body, as: UTF8.self)
    }
}
