import KubernetesClient

/// A Kubernetes quantity such as `100m`, `128Mi` or `2`, as a plain number.
enum Quantity {
    private static let factors: [(String, Double)] = [
        ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776), ("Pi", 0x4_0000_0000_0000),
        ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15),
    ]

    /// The number that a quantity stands for (bytes, cores); `nil` where it is none.
    static func parse(_ value: JSONValue?) -> Double? {
        if let number = value?.double { return number }
        guard let text = value?.string else { return nil }
        for (suffix, factor) in factors where text.hasSuffix(suffix) {
            return Double(text.dropLast(suffix.count)).map { $0 * factor }
        }
        return Double(text)
    }
}
