/// Knows which published messages the broker has not yet confirmed.
///
/// Confirms carry the number of the publish on its channel, counted from 1; one may speak for all before it, and they
/// may come in any order. A message that reached no queue is returned first and confirmed after.
struct ConfirmTracker<Publication> {
    /// What became of a publication.
    enum Outcome: Equatable {
        case confirmed
        /// No queue was bound to its routing key.
        case returned
        /// The broker could not take it.
        case refused
    }

    private struct Entry {
        var publication: Publication
        var messageID: String
        var publishedAt: ContinuousClock.Instant
        var isReturned = false
    }

    // Entries by tag from `lowestTag` on; resolved ones are nil, and leave when nothing unresolved is before them.
    private var entries: [Entry?] = []
    private var head = 0
    private var lowestTag: UInt64 = 1

    /// How many wait for their confirm.
    private(set) var count = 0

    /// When the one that has waited longest was published.
    var oldest: ContinuousClock.Instant? { head < entries.count ? entries[head]?.publishedAt : nil }

    /// Records that a message was published, as the next of its channel.
    mutating func published(_ publication: Publication, messageID: String, at now: ContinuousClock.Instant) {
        entries.append(Entry(publication: publication, messageID: messageID, publishedAt: now))
        count += 1
    }

    /// Records that the broker returned a message; the confirm that follows counts as failed.
    mutating func returned(messageID: String) {
        for index in head..<entries.count {
            guard let entry = entries[index], entry.messageID == messageID, !entry.isReturned else { continue }
            entries[index]?.isReturned = true
            return
        }
    }

    /// Takes a confirm, and calls `resolve` for each publication that it speaks for, in the order of publishing.
    ///
    /// A tag that is unknown or resolved already is ignored.
    mutating func confirmed(
        _ tag: UInt64, multiple: Bool, accepted: Bool, resolve: (Publication, Outcome) -> Void
    ) {
        guard tag >= lowestTag else { return }
        let last = head + Int(min(tag - lowestTag, UInt64(entries.count)))
        guard last < entries.count else { return }
        for index in (multiple ? head : last)...last {
            guard let entry = entries[index] else { continue }
            entries[index] = nil
            count -= 1
            resolve(entry.publication, !accepted ? .refused : entry.isReturned ? .returned : .confirmed)
        }
        dropResolved()
    }

    /// Forgets the channel: returns what was not confirmed, whose fate is unknown, in the order of publishing.
    mutating func channelLost() -> [Publication] {
        let unknown = entries[head...].compactMap { $0?.publication }
        self = ConfirmTracker()
        return unknown
    }

    private mutating func dropResolved() {
        while head < entries.count, entries[head] == nil {
            head += 1
            lowestTag += 1
        }
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 4096 {
            entries.removeFirst(head)
            head = 0
        }
    }
}
