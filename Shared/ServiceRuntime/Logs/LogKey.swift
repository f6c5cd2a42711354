/// The metadata keys that logs share.
public enum LogKey {
    /// The preview's id.
    public static let preview = "preview.id"
    /// The id of the message that is handled.
    public static let messageID = "message.id"
    /// The id of the W3C trace.
    public static let trace = "trace.id"
    /// The cluster's name.
    public static let cluster = "cluster"
    /// The name of a service of the preview.
    public static let service = "preview.service"
    /// The name of a database of the preview.
    public static let database = "preview.database"
    /// The object that it is about.
    public static let object = "object"
    /// What went wrong.
    public static let error = "error"
}
