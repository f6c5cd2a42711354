import Persistence
import ServiceRuntime

@main
struct APIGatewayService {
    static func main() async throws {
        try await ServiceRuntime.run("api-gateway") { runtime in
            let configuration = try APIGatewayConfiguration(reader: runtime.configuration)
            let database = try ServiceDatabase(
                path: configuration.databasePath, migrations: GatewaySchema.migrations, logger: runtime.logger)
            let gateway = try await Gateway(
                configuration: configuration, database: database, logger: runtime.logger)
            return try await gateway.services(bus: try runtime.makeBus())
        }
    }
}
