import Foundation

/// The images that pods can run: folders of the developer's, and the ones that the node brings itself.
struct ImageStore: Sendable {
    /// An image that is there.
    struct Image: Sendable, Equatable {
        var reference: ImageReference
        /// The folder that becomes `/app`.
        var directory: String

        /// The digest that container statuses name: made of the name, as a folder has none.
        var identifier: String { "dev-cluster/\(reference.repository):\(reference.tag)" }
    }

    /// Why an image cannot be run.
    struct Missing: Error, Equatable {
        /// The container's waiting reason: `ErrImagePull` or `InvalidImageName`.
        var reason: String
        var message: String
    }

    private let directory: String
    private let databaseDirectory: String?

    /// - Parameter databaseDirectory: the folder that stands for every PostgreSQL image which the developer does not
    ///   bring, whatever its registry and tag.
    init(directory: String, databaseDirectory: String? = nil) {
        self.directory = directory
        self.databaseDirectory = databaseDirectory
    }

    /// Finds an image by the name in a container's specification.
    func image(named text: String) throws(Missing) -> Image {
        guard let reference = ImageReference(text) else {
            throw Missing(
                reason: "InvalidImageName",
                message: "Failed to apply default image tag \"\(text)\": couldn't parse image name \"\(text)\": "
                    + "images are folders here, so a repository and a tag are needed")
        }
        var folder = "\(directory)/\(reference.repository)/\(reference.tag)"
        if let databaseDirectory, ["postgresql", "postgis"].contains(reference.repository.split(separator: "/").last),
            !FileManager.default.fileExists(atPath: folder)
        {
            folder = databaseDirectory
        }
        guard FileManager.default.isExecutableFile(atPath: "\(folder)/run") else {
            throw Missing(
                reason: "ErrImagePull",
                message: "failed to pull and unpack image \"\(text)\": no program at "
                    + "<images>/\(reference.repository)/\(reference.tag)/run: not found")
        }
        return Image(reference: reference, directory: folder)
    }

    /// The names of all images that are there, in order: `repository:tag`.
    var names: [String] { names(in: directory, path: [], depth: 6).sorted() }

    private func names(in folder: String, path: [String], depth: Int) -> [String] {
        if let tag = path.last, path.count > 1, FileManager.default.isExecutableFile(atPath: "\(folder)/run") {
            return ["\(path.dropLast().joined(separator: "/")):\(tag)"]
        }
        guard depth > 0 else { return [] }
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { !$0.hasPrefix(".") }.flatMap { entry in
            names(in: "\(folder)/\(entry)", path: path + [entry], depth: depth - 1)
        }
    }
}
