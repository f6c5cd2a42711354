/// The metadata keys that logs share.
public enum LogKey {
    public static let preview = "preview.id"
    public static let messageID = "message.id"
    public static let trace = "trace.id"
    public static let cluster = "cluster"
    public static let service = "preview.service"
    public static let database = "preview.database"
    public static let object = "object"
    public static let error = "error"
}
