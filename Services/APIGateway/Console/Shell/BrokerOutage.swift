import MessageBus

extension MessageBusHealth {
    /// What it means for people that messages do not flow; `nil` while they do.
    var explanation: String? {
        switch publisher {
        case .connecting:
            "The message broker can't be reached. What you do is kept, and carried out as soon as it is back; until then "
                + "pages may show what was."
        case .blocked(let reason):
            "The message broker takes no messages at present (\(reason)). What you do is kept, and carried out as soon as "
                + "it takes them again."
        case .ready where !consumers.values.allSatisfy { $0 == .ready }:
            "The gateway does not hear from the clusters at present, because its queue can't be read. Pages may show what "
                + "was until it can."
        case .ready, .stopped: nil
        }
    }
}
