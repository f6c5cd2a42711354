/// Where the output of containers is read; what runs the pods implements it.
protocol PodLogSource: Sendable {
    /// The output of one container.
    ///
    /// - Parameters:
    ///   - container: the container's name; `nil` when the pod has but one.
    ///   - tailLines: only the last lines; `nil` for all.
    ///   - previous: the output of the run before the present one.
    ///   - follow: go on with what is written until the container ends.
    ///   - sinceSeconds: only what was written in the last seconds.
    ///   - timestamps: begin each line with the time at which it was written, in RFC 3339.
    func logs(
        namespace: String, pod: String, container: String?, tailLines: Int?, previous: Bool, follow: Bool,
        sinceSeconds: Int?, timestamps: Bool
    ) -> AsyncStream<[UInt8]>
}
