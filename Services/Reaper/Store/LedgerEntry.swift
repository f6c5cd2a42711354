import Foundation
import Shared

/// One object that was made for a preview, or may have been.
struct LedgerEntry: Sendable, Equatable {
    var object: ObjectReference
    /// The service that planned it.
    var madeBy: String
    var plannedAt: Date
    /// The newest generation of the preview that it was planned for.
    var generation: Int
    /// When a service said that it removed it.
    var removedAt: Date?
    /// When the reaper itself saw that it is gone, after the preview's end.
    var verifiedAt: Date?

    init(
        object: ObjectReference, madeBy: String, plannedAt: Date, generation: Int = 1, removedAt: Date? = nil,
        verifiedAt: Date? = nil
    ) {
        self.object = object
        self.madeBy = madeBy
        self.plannedAt = plannedAt
        self.generation = generation
        self.removedAt = removedAt
        self.verifiedAt = verifiedAt
    }

    /// As a receipt has it, once it is verified gone.
    var receipt: ReceiptEntry? {
        verifiedAt.map { ReceiptEntry(object: object, madeBy: madeBy, verifiedAt: $0) }
    }
}

extension LedgerEntry {
    /// Stands for the maker of objects that carry a preview's labels and that nobody announced.
    static let unknownMaker = "unknown"
}
