import CoreMetrics

/// Connects swift-metrics with the registry.
struct PrometheusMetricsFactory: MetricsFactory {
    let registry: PrometheusRegistry

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        PrometheusCounter(registry: registry, series: .init(label, dimensions))
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        PrometheusCounter(registry: registry, series: .init(label, dimensions))
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        PrometheusGauge(registry: registry, series: .init(label, dimensions))
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let series = PrometheusRegistry.Series(label, dimensions)
        return aggregate
            ? PrometheusHistogram(registry: registry, series: series)
            : PrometheusGauge(registry: registry, series: series)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        PrometheusHistogram(registry: registry, series: .init("\(label)_seconds", dimensions))
    }

    func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: Any) {
        if let metric = handler as? any RegisteredMetric { registry.remove(metric.series) }
    }
}

private protocol RegisteredMetric {
    var series: PrometheusRegistry.Series { get }
}

private final class PrometheusCounter: RegisteredMetric, CounterHandler, FloatingPointCounterHandler {
    let registry: PrometheusRegistry
    let series: PrometheusRegistry.Series

    init(registry: PrometheusRegistry, series: PrometheusRegistry.Series) {
        self.registry = registry
        self.series = series
    }

    func increment(by amount: Int64) { registry.add(Double(amount), to: series) }
    func increment(by amount: Double) { registry.add(amount, to: series) }
    func reset() { registry.resetCounter(series) }
}

private final class PrometheusGauge: RegisteredMetric, RecorderHandler, MeterHandler {
    let registry: PrometheusRegistry
    let series: PrometheusRegistry.Series

    init(registry: PrometheusRegistry, series: PrometheusRegistry.Series) {
        self.registry = registry
        self.series = series
    }

    func record(_ value: Int64) { registry.set(series) { _ in Double(value) } }
    func record(_ value: Double) { registry.set(series) { _ in value } }
    func set(_ value: Int64) { record(value) }
    func set(_ value: Double) { record(value) }
    func increment(by amount: Double) { registry.set(series) { $0 + amount } }
    func decrement(by amount: Double) { registry.set(series) { $0 - amount } }
}

private final class PrometheusHistogram: RegisteredMetric, RecorderHandler, TimerHandler {
    let registry: PrometheusRegistry
    let series: PrometheusRegistry.Series

    init(registry: PrometheusRegistry, series: PrometheusRegistry.Series) {
        self.registry = registry
        self.series = series
    }

    func record(_ value: Int64) { registry.observe(Double(value), in: series) }
    func record(_ value: Double) { registry.observe(value, in: series) }
    func recordNanoseconds(_ duration: Int64) { registry.observe(Double(duration) / 1e9, in: series) }
}
