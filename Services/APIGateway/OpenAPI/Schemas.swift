import KubernetesClient
import PreviewDomain

extension Schema {
    /// Every schema of the document, by name.
    static let all: [String: JSONValue] = [orders, previews, plans, catalogue, history, access, people].reduce(into: [:]
    ) {
        $0.merge($1) { first, _ in first }
    }

    private static let settings: [String: JSONValue] = [
        "replicas": integer, "externalDNS": bool,
        "resources": object(
            [:],
            optional: ["cpuRequest": text, "cpuLimit": text, "memoryRequest": text, "memoryLimit": text]),
        "autoscaling": object(
            [:],
            optional: [
                "enabled": bool, "minReplicas": integer, "maxReplicas": integer, "targetCPUPercent": integer,
            ]),
        "variables": dictionary(["oneOf": [text, secretVariable]]),
    ]

    private static let secretVariable = object(["value": text], optional: ["secret": bool])
    /// `null` takes back what was typed: the variable is what it is in production, or is not set.
    private static let changedVariable: JSONValue = ["oneOf": [text, secretVariable, ["type": "null"]]]

    private static let orders: [String: JSONValue] = [
        "PreviewOrder": object(
            ["name": text, "cluster": text, "services": list(reference("ServiceOrder"))],
            optional: ["ttlHours": integer]),
        "ServiceOrder": object(
            ["application": text, "targetVersion": text],
            optional: settings.merging(["cluster": text]) { first, _ in first }),
        "PreviewChange": object(
            [:], optional: ["ttlHours": integer, "services": list(reference("ServiceChange")), "generation": integer]),
        "ServiceChange": object(
            ["name": text],
            optional: settings.merging(["targetVersion": text, "variables": dictionary(changedVariable)]) { $1 }),
        "Approval": object([:], optional: ["generation": integer]),
        "Rejection": object([:], optional: ["reason": text]),
        "Retry": object([:], optional: ["force": bool, "production": dictionary(text)]),
    ]

    private static let common: [String: JSONValue] = [
        "name": text, "application": text, "sourceVersion": text, "targetVersion": text, "replicas": integer,
        "resources": object([
            "cpuRequest": text, "cpuLimit": text, "memoryRequest": text, "memoryLimit": text,
        ]),
        "autoscaling": object([
            "enabled": bool, "minReplicas": integer, "maxReplicas": integer, "targetCPUPercent": integer,
        ]),
        "externalDNS": bool, "internalHost": text, "databases": list(text),
    ]

    private static let databaseReference = object(["namespace": text, "cluster": text])
    private static let cost = object(["currency": text, "hourly": text, "total": text])

    private static let previews: [String: JSONValue] = [
        "Preview": object(
            [
                "id": text, "name": text, "organization": text, "cluster": text, "namespace": text,
                "origin": text(of: PreviewOrigin.allCases.map(\.rawValue)), "createdBy": text,
                "status": text(of: PreviewStatus.allCases.map(\.rawValue)), "message": text, "progress": number,
                "generation": integer, "createdAt": time, "expiresAt": time, "ttlHours": number,
                "services": list(reference("Service")), "databases": list(reference("Database")), "cost": cost,
                "cleanup": object(
                    [
                        "state": text(of: ["none", "running", "done", "stuck"]),
                        "stuck": list(reference("StuckObject")),
                    ], optional: ["receipt": text]),
            ],
            optional: [
                "resource": object(["cluster": text, "namespace": text, "name": text, "uid": text]),
                "pullRequest": object(
                    ["repository": text, "number": integer, "headSHA": text, "url": text],
                    optional: ["headBranch": text, "baseBranch": text, "title": text]),
                "ending": object(
                    ["kind": text(of: Ending.Kind.allCases.map(\.rawValue)), "by": text, "at": time],
                    optional: ["reason": text]),
            ]),
        "Service": object(
            common.merging([
                "health": text(of: ["Deploying", "Healthy", "Unhealthy", "Failed"]),
                "variables": dictionary(nullableText), "approved": bool,
                "promotion": object(
                    ["state": text(of: ["none", "requested", "started", "completed", "failed"]), "attempt": integer],
                    optional: ["message": text, "diff": text, "revision": text]),
            ]) { first, _ in first },
            optional: [
                "message": text, "externalURL": text, "addressReady": bool, "approvedBy": text, "approvedAt": time,
            ]),
        "Database": object(
            [
                "name": text, "source": databaseReference,
                "status": text(of: ["Pending", "Cloning", "Ready", "Failed"]),
            ],
            optional: [
                "method": text, "message": text, "progress": number, "host": text, "port": integer,
                "size": text,
            ]),
        "PreviewList": countedPage("Preview"),
    ]

    private static let plans: [String: JSONValue] = [
        "PreviewPlan": object([
            "name": text, "cluster": text, "ttlHours": number, "services": list(reference("PlannedService")),
            "databases": list(object(["name": text, "source": databaseReference, "services": list(text)])),
            "cost": cost, "quota": object(["limit": integer, "active": integer, "left": integer]),
            "problems": list(reference("FieldProblem")), "warnings": list(reference("FieldProblem")),
        ]),
        "PlannedService": object(
            common.merging(["variables": list(reference("PlannedVariable"))]) { first, _ in first },
            optional: ["externalHost": text]),
        "PlannedVariable": object(
            [
                "name": text, "kind": text(of: ["copied", "autoOverride", "userOverride"]),
                "oldValue": nullableText, "newValue": nullableText, "reason": text,
            ], optional: ["container": text, "source": text(of: sources)]),
    ]

    private static let sources = ["literal", "secret", "configMap", "field"]

    private static let catalogue: [String: JSONValue] = [
        "Cluster": object(
            [
                "name": text, "status": text(of: ClusterStatus.allCases.map(\.rawValue)), "applications": integer,
                "acceptsSecrets": bool,
            ],
            optional: ["since": time, "version": text, "lastSeen": time, "observedAt": time, "problem": text]),
        "ClusterList": whole("Cluster"),
        "Application": object(
            [
                "cluster": text, "namespace": text, "name": text, "currentVersion": text, "image": text,
                "replicas": integer, "managedBy": text(of: ["helm", "manifest"]),
                "databases": list(databaseReference), "services": list(text),
            ], optional: ["problem": text]),
        "ApplicationList": page("Application"),
        "Variable": object(
            [
                "name": text, "container": text, "kind": text(of: ["copied", "autoOverride"]),
                "source": text(of: sources), "value": nullableText, "reason": text,
            ], optional: ["database": databaseReference]),
        "VariableList": whole("Variable"),
        "Version": object([
            "version": text, "firstSeen": time, "lastSeen": time,
            "seen": list(
                object([
                    "sighting": text(of: ImageVersion.Sighting.allCases.map(\.rawValue)), "cluster": text,
                    "name": text, "firstSeen": time, "lastSeen": time,
                ])),
        ]),
        "VersionList": whole("Version"),
    ]

    private static let history: [String: JSONValue] = [
        "TimelineEntry": object(
            [
                "id": integer, "preview": text, "at": time, "kind": text,
                "status": text(of: PreviewStatus.allCases.map(\.rawValue)), "message": text,
            ], optional: ["actor": text]),
        "Timeline": page("TimelineEntry"),
        "ObjectReference": object(
            ["cluster": text, "apiVersion": text, "kind": text, "name": text], optional: ["namespace": text]),
        "Failure": object(
            ["reason": text, "message": text, "logLines": list(text)],
            optional: ["object": reference("ObjectReference"), "nextStep": text]),
        "StuckObject": object(["object": reference("ObjectReference"), "failure": reference("Failure")]),
        "Receipt": object(
            [
                "preview": text, "state": text(of: ["running", "done", "stuck"]),
                "objects": list(
                    object(["object": reference("ObjectReference"), "madeBy": text, "verifiedAt": time])),
                "stuck": list(reference("StuckObject")),
            ], optional: ["completedAt": time]),
        "Logs": object([
            "service": text, "logs": list(object(["pod": text, "container": text, "lines": list(text)])),
        ]),
        "EventStream": text,
    ]

    private static let token: [String: JSONValue] = [
        "id": text, "organization": text, "name": text, "role": text(of: Role.allCases.map(\.rawValue)),
        "createdAt": time, "createdBy": text,
    ]

    private static let roles = text(of: Role.allCases.map(\.rawValue))

    private static let people: [String: JSONValue] = [
        "MemberOrder": object(["role": roles], optional: ["name": text]),
        "Member": object(
            [
                "id": text, "organization": text, "name": text, "role": roles,
                "source": text(of: Member.Source.allCases.map(\.rawValue)), "hasSignedIn": bool, "createdAt": time,
                "createdBy": text,
            ], optional: ["email": text, "lastSeenAt": time]),
        "MemberList": countedPage("Member"),
        "Session": object(
            [
                "id": text, "organization": text, "name": text, "role": roles,
                "method": text(of: ["token", "bootstrap", "openid"]), "createdAt": time, "lastSeenAt": time,
                "expiresAt": time,
            ], optional: ["address": text, "userAgent": text]),
        "SessionList": object(["items": list(reference("Session")), "total": integer], optional: ["nextCursor": text]),
        "AuditEntry": object(
            [
                "id": integer, "at": time, "organization": text, "actor": text, "action": text, "target": text,
                "changes": list(object(["field": text], optional: ["before": text, "after": text])),
            ],
            optional: [
                "detail": text, "channel": text(of: ChangeOrigin.Channel.allCases.map(\.rawValue)), "address": text,
                "userAgent": text, "messageID": text,
            ]),
        "AuditPage": object(
            ["items": list(reference("AuditEntry"))], optional: ["nextCursor": text, "previousCursor": text]),
    ]

    private static let access: [String: JSONValue] = [
        "TokenOrder": object(
            ["name": text, "role": text(of: Role.allCases.map(\.rawValue))], optional: ["organization": text]),
        "Token": object(token, optional: ["lastUsedAt": time]),
        "MadeToken": object(token.merging(["token": text]) { first, _ in first }),
        "TokenList": countedPage("Token"),
        "FieldProblem": object([
            "field": text, "code": text(of: FieldProblem.Code.allCases.map(\.rawValue)), "message": text,
        ]),
        "Problem": object([
            "type": text, "title": text, "status": integer, "code": text, "detail": text, "instance": text,
            "errors": list(reference("FieldProblem")),
        ]),
        "Document": ["type": "object"],
    ]
}
