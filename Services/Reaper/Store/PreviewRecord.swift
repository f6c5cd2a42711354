import Foundation
import Shared

/// What the reaper knows of a preview, from the gateway's events.
struct PreviewRecord: Sendable, Equatable {
    var reference: PreviewReference
    /// The generation that it began with; `nil` where its events did not tell yet.
    var firstGeneration: Int?
    var status: PreviewStatus
    var expiresAt: Date
    /// When the newest event that counted was made.
    var eventAt: Date
    var endedAt: Date?
    var cleanedAt: Date?
    /// When to say that the time to live is over; `nil` when there is nothing more to say.
    var dueAt: Date?
    /// How often it was said already.
    var dueCount = 0

    /// Begins with the first event that comes; it may be any.
    init(_ summary: PreviewSummary, key: MessageKey, at time: Date) {
        reference = summary.reference
        firstGeneration = summary.firstGeneration
        status = summary.status
        expiresAt = summary.expiresAt
        eventAt = .distantPast
        dueAt = summary.expiresAt
        observe(summary, key: key, at: time)
    }

    init(
        reference: PreviewReference, status: PreviewStatus, expiresAt: Date, eventAt: Date, endedAt: Date?,
        cleanedAt: Date?, dueAt: Date?, dueCount: Int, firstGeneration: Int?
    ) {
        self.reference = reference
        self.firstGeneration = firstGeneration
        self.status = status
        self.expiresAt = expiresAt
        self.eventAt = eventAt
        self.endedAt = endedAt
        self.cleanedAt = cleanedAt
        self.dueAt = dueAt
        self.dueCount = dueCount
    }

    /// Takes an event into account. Events come in any order and more than once; an end is never taken back.
    mutating func observe(_ summary: PreviewSummary, key: MessageKey, at time: Date) {
        // About an earlier state, or an earlier preview that had the same id.
        guard summary.reference.generation >= reference.generation else { return }
        firstGeneration = firstGeneration ?? summary.firstGeneration
        if !summary.status.isActive { endedAt = min(endedAt ?? time, time) }
        if key == PreviewCleaned.key {
            endedAt = min(endedAt ?? time, time)
            cleanedAt = min(cleanedAt ?? time, time)
        }
        if time > eventAt {
            eventAt = time
            if endedAt == nil || !summary.status.isActive { status = summary.status }
            reference = summary.reference
            if summary.expiresAt != expiresAt {
                expiresAt = summary.expiresAt
                (dueAt, dueCount) = (expiresAt, 0)
            }
        }
        if endedAt != nil { dueAt = nil }
    }

    /// Whether an event tells of another preview of the same id, made after this one was cleaned.
    func isSucceeded(by summary: PreviewSummary) -> Bool {
        if let first = summary.firstGeneration { return first > reference.generation }
        return endedAt != nil && summary.status.isActive && summary.reference.generation > reference.generation
    }

    /// Whether a generation is that of an earlier preview of the same id. A preview's last generation is the one that
    /// it ends with, so where its first is not known, whatever is below what was seen of it is not its end.
    func isPreceded(by generation: Int) -> Bool { generation < firstGeneration ?? reference.generation }

    /// Seconds between two reminders: 15, 30, … up to 10 minutes.
    static func pause(after count: Int) -> TimeInterval {
        min(600, 15 * pow(2, Double(min(max(0, count - 1), 10))))
    }

    /// Notes that the expiry was reported, and when to repeat that until the preview has ended or lives on.
    mutating func reported(at now: Date) {
        dueCount += 1
        dueAt = now.addingTimeInterval(Self.pause(after: dueCount))
    }

    /// Whether the expiry is to be reported now.
    func isDue(at now: Date) -> Bool { dueAt.map { $0 <= now } ?? false }
}
