import Testing

@testable import MessageBus

@Suite
struct RabbitMQEndpointTests {
    @Test(arguments: [
        ("amqp://broker", "broker", 5672, false, "/", "guest", "guest"),
        ("amqp://broker/", "broker", 5672, false, "", "guest", "guest"),
        ("amqps://me:secret@broker:5999/understudy", "broker", 5999, true, "understudy", "me", "secret"),
        ("amqps://broker", "broker", 5671, true, "/", "guest", "guest"),
        ("amqp://a%40b:p%2Fw%3A@broker/%2f", "broker", 5672, false, "/", "a@b", "p/w:"),
        ("AMQP://[::1]:5673/v%20h", "::1", 5673, false, "v h", "guest", "guest"),
    ])
    func `a URL says where the broker is`(
        url: String, host: String, port: Int, usesTLS: Bool, virtualHost: String, user: String, password: String
    ) throws {
        let endpoint = try RabbitMQEndpoint(url: url)
        #expect(endpoint.host == host)
        #expect(Int(endpoint.port) == port)
        #expect(endpoint.usesTLS == usesTLS)
        #expect(endpoint.virtualHost == virtualHost)
        #expect(endpoint.user == user)
        #expect(endpoint.password == password)
    }

    @Test(arguments: [
        "", "http://broker", "amqp://", "amqp:///v", "amqp://broker:0", "amqp://broker:99999", "amqp://b/a/b",
    ])
    func `a URL that is none is refused without a word of its password`(url: String) {
        #expect(throws: MessageBusError.self) { try RabbitMQEndpoint(url: url) }
    }

    @Test func `the password is in no description`() throws {
        let endpoint = try RabbitMQEndpoint(url: "amqp://me:s3cret@broker/v")
        let configuration = try RabbitMQConfiguration(url: "amqp://me:s3cret@broker/v")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(endpoint)", "\(configuration)", dumped, String(reflecting: endpoint)] {
            #expect(!text.contains("s3cret"))
        }
    }
}
