import Synchronization

/// The values of all metrics, and their text form for Prometheus.
public final class PrometheusRegistry: Sendable {
    struct Series: Hashable {
        let name: String
        let labels: [Label]

        struct Label: Hashable {
            let name: String
            let value: String
        }
    }

    /// Upper bounds of the histograms' buckets, seconds for timers.
    static let buckets: [Double] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    struct Histogram {
        var counts = [Int](repeating: 0, count: PrometheusRegistry.buckets.count)
        var sum = 0.0
        var count = 0

        mutating func observe(_ value: Double) {
            sum += value
            count += 1
            for (index, bound) in PrometheusRegistry.buckets.enumerated() where value <= bound { counts[index] += 1 }
        }
    }

    private struct State {
        var counters: [Series: Double] = [:]
        var gauges: [Series: Double] = [:]
        var histograms: [Series: Histogram] = [:]
    }

    private let state = Mutex(State())

    /// Creates an empty registry.
    public init() {}

    func add(_ amount: Double, to series: Series) { state.withLock { $0.counters[series, default: 0] += amount } }

    func resetCounter(_ series: Series) { state.withLock { $0.counters[series] = 0 } }

    func set(_ series: Series, _ change: (Double) -> Double) {
        state.withLock { $0.gauges[series] = change($0.gauges[series] ?? 0) }
    }

    func observe(_ value: Double, in series: Series) {
        state.withLock { $0.histograms[series, default: Histogram()].observe(value) }
    }

    func remove(_ series: Series) {
        state.withLock {
            $0.counters[series] = nil
            $0.gauges[series] = nil
            $0.histograms[series] = nil
        }
    }

    /// Everything in the text exposition format, version 0.0.4.
    public func exposition() -> String {
        let state = state.withLock { $0 }
        var text = ""
        write(state.counters, type: "counter", suffix: "_total", to: &text)
        write(state.gauges, type: "gauge", suffix: "", to: &text)
        for (name, series) in Dictionary(grouping: state.histograms.keys, by: \.name).sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) histogram\n"
            for one in series.sorted(by: { $0.order < $1.order }) {
                guard let histogram = state.histograms[one] else { continue }
                for (bound, count) in zip(Self.buckets, histogram.counts) {
                    text += "\(name)_bucket\(one.rendered(with: ("le", "\(bound)"))) \(count)\n"
                }
                text += "\(name)_bucket\(one.rendered(with: ("le", "+Inf"))) \(histogram.count)\n"
                text += "\(name)_sum\(one.rendered()) \(histogram.sum)\n"
                text += "\(name)_count\(one.rendered()) \(histogram.count)\n"
            }
        }
        return text
    }

    private func write(_ values: [Series: Double], type: String, suffix: String, to text: inout String) {
        for (name, series) in Dictionary(grouping: values.keys, by: \.name).sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name)\(suffix) \(type)\n"
            for one in series.sorted(by: { $0.order < $1.order }) {
                text += "\(name)\(suffix)\(one.rendered()) \(values[one] ?? 0)\n"
            }
        }
    }
}

extension PrometheusRegistry.Series {
    /// Creates a series; characters that Prometheus does not allow in names become underscores.
    init(_ label: String, _ dimensions: [(String, String)]) {
        name = Self.sanitized(label)
        labels = dimensions.map { Label(name: Self.sanitized($0.0), value: $0.1) }.sorted { $0.name < $1.name }
    }

    var order: String { labels.map { "\($0.name)\($0.value)" }.joined() }

    func rendered(with extra: (String, String)? = nil) -> String {
        let all = labels.map { ($0.name, $0.value) } + (extra.map { [$0] } ?? [])
        guard !all.isEmpty else { return "" }
        let pairs = all.map { name, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name)=\"\(escaped)\""
        }
        return "{\(pairs.joined(separator: ","))}"
    }

    private static func sanitized(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }
}
