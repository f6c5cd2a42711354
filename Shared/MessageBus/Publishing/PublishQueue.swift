/// A message of a batch.
struct PublishSlot {
    let batch: PublishBatch
    let index: Int

    var message: EncodedMessage { batch.messages[index] }
}

/// What waits to be published, in order.
struct PublishQueue {
    private var again: [PublishSlot] = []
    private var batches: [PublishBatch] = []
    // The batch whose turn it is, and its message whose turn it is.
    private var head = 0
    private var next = 0

    var isEmpty: Bool { again.isEmpty && head == batches.count }

    /// Takes the next message that someone still waits for.
    mutating func popFirst() -> PublishSlot? {
        while let slot = again.popLast() {
            if !slot.batch.isFinished { return slot }
        }
        while head < batches.count {
            let batch = batches[head]
            if !batch.isFinished, next < batch.messages.count {
                defer { advance(batch) }
                return PublishSlot(batch: batch, index: next)
            }
            drop()
        }
        return nil
    }

    /// Appends a new batch.
    mutating func append(_ batch: PublishBatch) { batches.append(batch) }

    /// Puts messages before all others: those whose fate is unknown, or that could not be sent after all.
    mutating func prepend(_ slots: [PublishSlot]) { again += slots.reversed() }

    /// Forgets everything.
    mutating func removeAll() { self = PublishQueue() }

    private mutating func advance(_ batch: PublishBatch) {
        next += 1
        if next == batch.messages.count { drop() }
    }

    private mutating func drop() {
        head += 1
        next = 0
        if head == batches.count {
            batches.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024 {
            batches.removeFirst(head)
            head = 0
        }
    }
}
