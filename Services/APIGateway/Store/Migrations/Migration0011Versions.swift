import Persistence

extension Migration {
    /// Versions of images, and where each was seen.
    static let versions = Migration(
        "0011-image-versions",
        sql: """
            CREATE TABLE image_versions (
                repository TEXT NOT NULL,
                version TEXT NOT NULL,
                sighting TEXT NOT NULL,
                cluster TEXT NOT NULL,
                place TEXT NOT NULL,
                first_seen_at DOUBLE PRECISION NOT NULL,
                last_seen_at DOUBLE PRECISION NOT NULL,
                PRIMARY KEY (repository, version, sighting, cluster, place)
            );
            """)
}
