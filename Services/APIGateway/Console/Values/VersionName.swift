/// A version as lists name it.
enum VersionName {
    /// A commit by its first twelve digits, which tell it from others; every other version as it is.
    static func short(_ version: String) -> String {
        let isCommit = version.utf8.count == 40 && version.allSatisfy { $0.isHexDigit }
        return isCommit ? String(version.prefix(12)) : version
    }
}
