import Shared

/// Searches for leftovers of many previews at once: who asks while a search is under way shares the next one.
actor SweepQueue {
    private let sweep: LabelSweep
    private var waiting: Set<PreviewID> = []
    private var current: Task<[LabelledObject], any Error>?
    private var next: Task<[LabelledObject], any Error>?

    init(sweep: LabelSweep) {
        self.sweep = sweep
    }

    /// What a search that begins after this call finds of a preview.
    func objects(of preview: PreviewID) async throws -> [LabelledObject] {
        waiting.insert(preview)
        return try await upcoming().value.filter { $0.preview.id == preview }
    }

    private func upcoming() -> Task<[LabelledObject], any Error> {
        if let next { return next }
        let previous = current
        // Unstructured, since several callers share it: the cancellation of one must not end it for the others.
        let task = Task {
            _ = await previous?.result
            return try await self.search()
        }
        next = task
        return task
    }

    private func search() async throws -> [LabelledObject] {
        (current, next) = (next, nil)
        let previews = waiting
        waiting = []
        return try await sweep.objects(of: previews)
    }
}
