import HTTPTypes
import PreviewDomain
import Synchronization

/// The event streams that are open, counted by who listens: each costs a connection and a question to the database after
/// each change, so that nobody may open any number of them.
final class StreamPlaces: Sendable {
    /// After how many seconds who was refused may try again.
    private static let retryAfter = 30

    private let limit: Int
    private let taken = Mutex<[String: Int]>([:])

    /// - Parameter limit: how many streams may be open of one token or person.
    init(limit: Int) { self.limit = limit }

    /// One stream's place; it is free again once nobody holds it.
    final class Place: Sendable {
        private let places: StreamPlaces
        private let listener: String

        fileprivate init(_ places: StreamPlaces, listener: String) {
            self.places = places
            self.listener = listener
        }

        deinit {
            places.taken.withLock { taken in
                let left = (taken[listener] ?? 0) - 1
                taken[listener] = left > 0 ? left : nil
            }
        }
    }

    /// Takes a place.
    ///
    /// - Throws: ``Problem`` 429 where the listener has taken all of them.
    func take(for listener: String) throws(Problem) -> Place {
        let isFree = taken.withLock { taken in
            guard taken[listener, default: 0] < limit else { return false }
            taken[listener, default: 0] += 1
            return true
        }
        guard isFree else {
            var problem = Problem(
                .tooManyRequests, "too-many-streams",
                "\(limit) event streams are open already with this token, or of this person; close some of them.")
            problem.headers[.retryAfter] = "\(Self.retryAfter)"
            throw problem
        }
        return Place(self, listener: listener)
    }

    /// How many places are taken.
    var count: Int { taken.withLock { $0.values.reduce(0, +) } }
}
