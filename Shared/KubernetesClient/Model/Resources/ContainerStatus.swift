public import Foundation

/// A container's state.
public struct ContainerStatus: Sendable, Hashable, Codable {
    /// What a container does; one of the three.
    public struct State: Sendable, Hashable, Codable {
        /// It has not started.
        public var waiting: Waiting?
        /// It runs.
        public var running: Running?
        /// It has ended.
        public var terminated: Terminated?

        /// A value to be sent.
        public init(waiting: Waiting? = nil, running: Running? = nil, terminated: Terminated? = nil) {
            self.waiting = waiting
            self.running = running
            self.terminated = terminated
        }
    }

    /// Why a container has not started.
    public struct Waiting: Sendable, Hashable, Codable {
        /// Such as `ImagePullBackOff`.
        public var reason: String?
        /// As a sentence.
        public var message: String?

        /// A value to be sent.
        public init(reason: String? = nil, message: String? = nil) {
            self.reason = reason
            self.message = message
        }
    }

    /// Since when a container runs.
    public struct Running: Sendable, Hashable, Codable {
        /// When it started.
        public var startedAt: Date?

        /// A value to be sent.
        public init(startedAt: Date? = nil) {
            self.startedAt = startedAt
        }
    }

    /// How a container ended.
    public struct Terminated: Sendable, Hashable, Codable {
        /// What its program returned.
        public var exitCode: Int
        /// The signal that ended it.
        public var signal: Int?
        /// Such as `Error` or `OOMKilled`.
        public var reason: String?
        /// As a sentence.
        public var message: String?
        /// When it started.
        public var startedAt: Date?
        /// When it ended.
        public var finishedAt: Date?

        /// A value to be sent.
        public init(
            exitCode: Int, signal: Int? = nil, reason: String? = nil, message: String? = nil, startedAt: Date? = nil,
            finishedAt: Date? = nil
        ) {
            self.exitCode = exitCode
            self.signal = signal
            self.reason = reason
            self.message = message
            self.startedAt = startedAt
            self.finishedAt = finishedAt
        }
    }

    /// The container's name.
    public var name: String
    /// Whether it takes requests.
    public var ready: Bool
    /// How often it was restarted.
    public var restartCount: Int
    /// The image that it runs.
    public var image: String?
    /// The image's digest.
    public var imageID: String?
    /// Whether it has started.
    public var started: Bool?
    /// What it does now.
    public var state: State?
    /// What it did before the last restart.
    public var lastState: State?

    /// A value to be sent.
    public init(
        name: String, ready: Bool, restartCount: Int, image: String? = nil, imageID: String? = nil,
        started: Bool? = nil, state: State? = nil, lastState: State? = nil
    ) {
        self.name = name
        self.ready = ready
        self.restartCount = restartCount
        self.image = image
        self.imageID = imageID
        self.started = started
        self.state = state
        self.lastState = lastState
    }
}
