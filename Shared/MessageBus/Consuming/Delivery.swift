import Foundation

/// A message as the broker delivered it.
struct Delivery: Sendable {
    /// The broker's number of the delivery, within its epoch.
    let tag: UInt64
    /// The connection that it came by; a tag means nothing on another.
    var epoch: UInt64
    let exchange: String
    let routingKey: String
    let properties: DeliveryProperties
    let body: Data
}

/// The properties and headers of a delivery that mean something here.
struct DeliveryProperties: Sendable, Equatable {
    var messageID: String?
    var type: String?
    var contentType: String?
    var appID: String?
    var correlationID: String?
    var replyTo: String?
    var timestamp: UInt64?
    var subject: String?
    var traceParent: String?
    var attempt = 1
    var firstError: String?
    var lastError: String?
    var exchange: String?
    var routingKey: String?
    var failure: String?
    var handler: String?
    var reason: String?
    var queue: String?
    /// How often the broker has delivered it before.
    var deliveryCount = 0
}
