import Logging
import MessageBus

/// Serves PreviewEnvironments: what watches them, what asks for their previews, and what shows the answers.
struct EnvironmentOperator: Sendable {
    let watcher: EnvironmentWatcher
    let reconciler: EnvironmentReconciler
    let reports: EnvironmentReports

    init(clusters: Clusters, publisher: any MessagePublishing, settings: EnvironmentSettings, logger: Logger) {
        let (index, asks) = (EnvironmentIndex(), GatewayAsks())
        let gateway = EnvironmentGateway(publisher: publisher, template: settings.template)
        reconciler = EnvironmentReconciler(
            clusters: clusters, index: index, asks: asks, gateway: gateway, organizations: NamespaceOrganizations(),
            settings: settings, logger: logger)
        watcher = EnvironmentWatcher(
            index: index, reconciler: reconciler,
            departures: EnvironmentDepartures(index: index, gateway: gateway, settings: settings, logger: logger),
            settings: settings, logger: logger)
        reports = EnvironmentReports(
            clusters: clusters, index: index, asks: asks, gateway: gateway, settings: settings,
            reconciler: reconciler)
    }
}
