public import Configuration
import Foundation
public import Logging
public import MessageBus
import Metrics
public import ServiceLifecycle
import UnixSignals

/// What every executable does the same way: configuration, logs, metrics, health, signals, orderly stop.
public struct ServiceRuntime: Sendable {
    /// The service's name: its queue's, and the source of its messages.
    public let name: String
    /// Command-line arguments (`--http-port 80`) before environment variables (`HTTP_PORT=80`).
    public let configuration: ConfigReader
    /// The service's logger.
    public let logger: Logger
    /// What `/livez` and `/readyz` ask.
    public let health: HealthRegistry

    /// Runs a service until SIGTERM or SIGINT, or until one of its parts fails.
    ///
    /// What made it fail, a configuration that can't be used among it, is logged and ends the process with status 1.
    ///
    /// - Parameters:
    ///   - name: the service's name.
    ///   - compose: makes the parts, in the order in which they need each other; they stop in reverse.
    public static func run(
        _ name: String, _ compose: @Sendable (ServiceRuntime) async throws -> [any Service]
    ) async throws {
        let configuration = ConfigReader(
            providers: [CommandLineArgumentsProvider(), EnvironmentVariablesProvider()])
        let settings: RuntimeConfiguration
        do {
            settings = try RuntimeConfiguration(reader: configuration)
        } catch {
            // There is no log yet to say it in.
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            exit(EXIT_FAILURE)
        }
        LogOutput.bootstrap(settings)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(PrometheusMetricsFactory(registry: metrics))

        let runtime = ServiceRuntime(
            name: name, configuration: configuration, logger: Logger(label: name), health: HealthRegistry())
        do {
            let admin = AdminServer(
                host: settings.adminHost, port: settings.adminPort, health: runtime.health, metrics: metrics,
                logger: runtime.logger)
            let services: [any Service] = [admin] + (try await compose(runtime))
            var group = ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: runtime.logger)
            group.maximumGracefulShutdownDuration = settings.shutdownGrace
            group.maximumCancellationDuration = .seconds(5)
            runtime.logger.info("Started service")
            try await ServiceGroup(configuration: group).run()
            runtime.logger.info("Stopped service")
        } catch {
            runtime.logger.critical("Stopped service after an error", metadata: ["error": "\(error)"])
            // Thrown on, it would end in a crash report that buries what was just said.
            exit(EXIT_FAILURE)
        }
    }

    /// The service's end of the message bus, with its connection among the health checks.
    ///
    /// - Throws: ``ConfigurationProblem`` when `AMQP_URL` is missing or no AMQP URL.
    public func makeBus() throws -> MessageBus {
        let url = try configuration.required(
            "amqp.url", example: "amqp://understudy:password@rabbitmq:5672/understudy", isSecret: true)
        let bus: MessageBus
        do {
            var settings = try RabbitMQConfiguration(url: url)
            if let file = configuration.string(forKey: "amqp.ca.file") { settings.caFile = file }
            bus = MessageBus(service: name, configuration: settings, logger: logger)
        } catch {
            throw ConfigurationProblem(key: "amqp.url", problem: "\(error)")
        }
        health.register("message-bus") {
            let health = bus.health
            if let oldest = health.oldestHandler, oldest > .seconds(300) {
                return .stuck("a handler has been running for \(oldest.components.seconds) s")
            }
            return health.isReady ? .ready : .notReady("not connected to RabbitMQ")
        }
        return bus
    }
}
