import Foundation

/// A version of an image, and where it was seen.
struct ImageVersion: Sendable, Hashable {
    /// How a version came to be known.
    enum Sighting: String, Codable, Sendable, CaseIterable {
        /// An application runs it.
        case application
        /// It became healthy in a preview.
        case preview
        /// A cluster's nodes hold the image.
        case node
    }

    /// One place where it was seen.
    struct Place: Codable, Sendable, Hashable {
        var sighting: Sighting
        var cluster: String
        /// `namespace/name` of the application; the preview's id; nothing for nodes.
        var name: String
        var firstSeen: Date
        var lastSeen: Date

        /// The place in words.
        var text: String {
            switch sighting {
            case .application: "\(name) on \(cluster)"
            case .preview: "preview \(name)"
            case .node: "nodes of \(cluster)"
            }
        }
    }

    var version: String
    /// When it was first seen anywhere.
    var firstSeen: Date
    /// When it was last seen anywhere.
    var lastSeen: Date
    /// Where it was seen, the latest first; not all of the places where there are many.
    var places: [Place]

    /// Newest first: what was seen later for the first time; of those seen at once, the one whose number is higher.
    static func isNewer(_ left: ImageVersion, _ right: ImageVersion) -> Bool {
        if left.firstSeen != right.firstSeen { return left.firstSeen > right.firstSeen }
        return left.version.compare(right.version, options: .numeric) == .orderedDescending
    }
}
