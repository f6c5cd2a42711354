import KubernetesClient

extension Quantity {
    /// The number that a quantity stands for (bytes, cores), written as text or as number; `nil` where it is none.
    static func parse(_ value: JSONValue?) -> Double? {
        if let number = value?.double { return number }
        return value?.string.flatMap { Quantity($0) }.map { Double($0.milli) / 1000 }
    }
}
