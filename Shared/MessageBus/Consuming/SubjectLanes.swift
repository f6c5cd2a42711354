/// Lets deliveries of one subject through one at a time, in order, and those of different subjects at once.
struct SubjectLanes<Element> {
    // A subject that is in here is being worked on; its array is what waits behind.
    private var waiting: [String: [Element]] = [:]

    /// Whether the element may begin now. If not, ``finished(_:)`` hands it out later.
    mutating func admit(_ element: Element, subject: String) -> Bool {
        guard waiting[subject] != nil else {
            waiting[subject] = []
            return true
        }
        waiting[subject]?.append(element)
        return false
    }

    /// The subject's current element is done with. Returns the next one, which begins now.
    mutating func finished(_ subject: String) -> Element? {
        guard let queue = waiting[subject], !queue.isEmpty else {
            waiting[subject] = nil
            return nil
        }
        return waiting[subject]?.removeFirst()
    }
}
