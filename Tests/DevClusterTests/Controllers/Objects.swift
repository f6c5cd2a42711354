import KubernetesClient

@testable import DevCluster

/// Programs of test images.
enum Programs {
    /// Answers HTTP on port 8080 with a text and its variables.
    static func server(_ text: String) -> String {
        """
        #!/usr/bin/python3
        import http.server, os, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = ("\(text) " + os.environ.get("GREETING", "") + " " + self.headers.get("X-Forwarded-Host", "")).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, format, *args):
                print("request", self.path, flush=True)
        print("\(text) listens", flush=True)
        http.server.ThreadingHTTPServer((os.environ["POD_IP"], 8080), Handler).serve_forever()

        """
    }
}

/// Objects for tests.
enum Make {
    static func namespace(_ name: String) -> JSONValue {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    }

    static func container(_ image: String, _ more: JSONValue = [:]) -> JSONValue {
        var container: JSONValue = ["name": "main", "image": .string(image)]
        for (name, value) in more.object ?? [:] { container[name] = value }
        return container
    }

    static func deployment(
        _ name: String, in namespace: String, container: JSONValue, replicas: Int = 1
    ) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "replicas": JSONValue(replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "progressDeadlineSeconds": 600,
                "template": [
                    "metadata": ["labels": ["app": .string(name)]],
                    "spec": ["terminationGracePeriodSeconds": 5, "containers": [container]],
                ],
            ],
        ]
    }

    static func service(_ name: String, in namespace: String, port: JSONValue) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": ["selector": ["app": .string(name)], "ports": [port]],
        ]
    }

    static func job(_ name: String, in namespace: String, container: JSONValue, _ more: JSONValue = [:]) -> JSONValue {
        var spec: JSONValue = ["template": ["spec": ["restartPolicy": "Never", "containers": [container]]]]
        for (name, value) in more.object ?? [:] { spec[name] = value }
        return [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": .string(name), "namespace": .string(namespace)], "spec": spec,
        ]
    }
}
