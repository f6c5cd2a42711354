import KubernetesClient

/// One column of a table.
struct TableColumn: Sendable {
    var name: String
    var type = "string"
    var format = ""
    /// Above 0 it is shown with `-o wide` only.
    var priority = 0
    var description = ""
    var cell: @Sendable (JSONValue) -> JSONValue

    init(
        _ name: String, type: String = "string", format: String = "", priority: Int = 0, description: String = "",
        _ cell: @escaping @Sendable (JSONValue) -> JSONValue
    ) {
        self.name = name
        self.type = type
        self.format = format
        self.priority = priority
        self.description = description
        self.cell = cell
    }

    var definition: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .int(Int64(priority)),
        ]
    }
}

/// Shows objects as the tables that `kubectl get` prints.
struct TableRenderer: Sendable {
    let view: KindView
    let version: String
    /// `None`, `Metadata` (also when absent) or `Object`: what each row carries beside its cells.
    let includes: String?

    private var columns: [TableColumn] { TableColumns.columns(for: view) }

    func table(
        rows objects: [JSONValue], resourceVersion: String, withColumns: Bool = true
    ) -> JSONValue {
        table(rows: objects, metadata: ["resourceVersion": .string(resourceVersion)], withColumns: withColumns)
    }

    func table(rows objects: [JSONValue], metadata: JSONValue, withColumns: Bool = true) -> JSONValue {
        let columns = columns
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": metadata,
            "columnDefinitions": withColumns ? .array(columns.map(\.definition)) : .null,
            "rows": .array(
                objects.map { object in
                    ["cells": .array(columns.map { $0.cell(object) }), "object": attached(object)]
                }),
        ]
    }

    /// A bookmark within a watch of tables: a table whose one row is the bookmark.
    func bookmark(_ object: JSONValue, resourceVersion: String, withColumns: Bool) -> JSONValue {
        [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": object["metadata"] ?? [:],
            "columnDefinitions": withColumns ? .array(columns.map(\.definition)) : .null,
            "rows": [["cells": .array(columns.map { _ in .null }), "object": object]],
        ]
    }

    private func attached(_ object: JSONValue) -> JSONValue {
        switch includes {
        case "None": .null
        case "Object": object
        default: PartialMetadata.object(object, version: version)
        }
    }
}
