/// What was decided about a delivery.
enum Settlement: Sendable, Equatable {
    /// Handled: the broker may forget it.
    case acknowledge
    /// Not begun, because the process stops: the broker gives it to another consumer.
    case giveBack
    /// Could not be dealt with: the broker delivers it again, and counts.
    case reject
}

/// Turns decisions about deliveries, made in any order, into as few AMQP methods as possible.
struct SettlementLedger {
    /// A method to send.
    enum Method: Equatable {
        case acknowledge(upTo: UInt64)
        case acknowledgeOne(UInt64)
        case giveBack(UInt64)
        case reject(UInt64)
    }

    private enum State { case delivered, acknowledged, sent }

    // States by tag from `lowestTag` on.
    private var states: [State] = []
    private var lowestTag: UInt64 = 1
    private var decided: [UInt64] = []
    private var methods: [Method] = []

    /// How many deliveries are held without a decision or with one that was not sent yet.
    private(set) var outstanding = 0

    /// Records a delivery; tags come without gaps, from 1.
    mutating func delivered(_ tag: UInt64) {
        if states.isEmpty { lowestTag = tag }
        states.append(.delivered)
        outstanding += 1
    }

    /// Records a decision. A second one about the same delivery is ignored.
    mutating func settle(_ tag: UInt64, _ settlement: Settlement) {
        guard tag >= lowestTag, let index = Int(exactly: tag - lowestTag), index < states.count,
            states[index] == .delivered
        else { return }
        switch settlement {
        case .acknowledge:
            states[index] = .acknowledged
            decided.append(tag)
        case .giveBack:
            states[index] = .sent
            outstanding -= 1
            methods.append(.giveBack(tag))
        case .reject:
            states[index] = .sent
            outstanding -= 1
            methods.append(.reject(tag))
        }
    }

    /// The methods to send now: everything decided since the last call.
    mutating func flush() -> [Method] {
        defer { methods.removeAll(keepingCapacity: true) }
        var prefix = 0
        var lastAcknowledged: UInt64?
        while prefix < states.count, states[prefix] != .delivered {
            if states[prefix] == .acknowledged { lastAcknowledged = lowestTag + UInt64(prefix) }
            prefix += 1
        }
        if let lastAcknowledged { methods.append(.acknowledge(upTo: lastAcknowledged)) }
        let firstHeld = lowestTag + UInt64(prefix)
        for tag in decided where tag >= firstHeld {
            methods.append(.acknowledgeOne(tag))
            states[Int(tag - lowestTag)] = .sent
        }
        outstanding -= decided.count
        decided.removeAll(keepingCapacity: true)
        states.removeFirst(prefix)
        lowestTag = firstHeld
        return methods
    }
}
