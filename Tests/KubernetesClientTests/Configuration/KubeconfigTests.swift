import Foundation
import KubernetesClient
import PreviewDomain
import Testing

@Suite struct KubeconfigTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kubeconfig-\(UUID())")

    /// Writes files into a folder of this test and returns the first one's path.
    private func write(_ files: (String, String)...) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, content) in files {
            try content.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        return folder.appendingPathComponent(files[0].0).path
    }

    private static let full = """
        apiVersion: v1
        kind: Config
        current-context: main
        contexts:
        - name: main
          context: {cluster: east, user: admin, namespace: shop}
        - name: files
          context: {cluster: west, user: robot}
        - name: anonymous
          context: {cluster: west}
        - name: broken-cluster
          context: {cluster: nowhere, user: admin}
        - name: broken-user
          context: {cluster: east, user: nobody}
        - name: plugin
          context: {cluster: east, user: plugin}
        - name: half
          context: {cluster: east, user: half}
        - name: no-url
          context: {cluster: no-url, user: admin}
        - name: no-base64
          context: {cluster: no-base64, user: admin}
        - name: no-file
          context: {cluster: no-file, user: admin}
        clusters:
        - name: east
          cluster:
            server: https://10.0.0.1:6443
            certificate-authority-data: Q0E=
            tls-server-name: kubernetes.local
            proxy-url: http://proxy:3128
        - name: west
          cluster: {server: "http://127.0.0.1:8001/base/", certificate-authority: ca.pem, insecure-skip-tls-verify: true}
        - name: no-url
          cluster: {server: "10.0.0.1:6443"}
        - name: no-base64
          cluster: {server: "https://a", certificate-authority-data: "%%%"}
        - name: no-file
          cluster: {server: "https://a", certificate-authority: missing.pem}
        users:
        - name: admin
          user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}
        - name: robot
          user: {tokenFile: token, token: unused}
        - name: plugin
          user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}}
        - name: half
          user: {client-certificate-data: Q0VSVA==}
        """

    @Test func `the current context is used, with everything in the file`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = try KubernetesConfiguration.load(kubeconfig: write(("config", Self.full)))
        #expect(configuration.server == "https://10.0.0.1:6443")
        #expect(configuration.certificateAuthority == Data("CA".utf8))
        #expect(configuration.clientCertificate == Data("CERT".utf8))
        #expect(configuration.clientKey == Data("KEY".utf8))
        #expect(configuration.serverName == "kubernetes.local")
        #expect(configuration.proxy == "http://proxy:3128")
        #expect(configuration.defaultNamespace == "shop")
        #expect(configuration.token == nil)
        #expect(!configuration.skipsVerification)
    }

    @Test func `a context can be chosen, and files are found beside the kubeconfig`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try write(("config", Self.full), ("ca.pem", "PEM"), ("token", "t\n"))
        let configuration = try KubernetesConfiguration.load(kubeconfig: file, context: "files")
        #expect(configuration.certificateAuthority == Data("PEM".utf8))
        #expect(configuration.token == .file(folder.appendingPathComponent("token").path))
        #expect(configuration.skipsVerification)
        #expect(try KubernetesConfiguration.load(kubeconfig: file, context: "anonymous").token == nil)
    }

    @Test(arguments: [
        ("absent", "contexts[absent]"), ("broken-cluster", "contexts[broken-cluster].context.cluster"),
        ("broken-user", "contexts[broken-user].context.user"), ("plugin", "users[plugin].user.exec"),
        ("half", "users[half].user"), ("no-url", "clusters[no-url].cluster.server"),
        ("no-base64", "clusters[no-base64].cluster.certificate-authority-data"),
        ("no-file", "clusters[no-file].cluster.certificate-authority"),
    ])
    func `what is wrong is named with file, field and remedy`(context: String, field: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try write(("config", Self.full))
        let error = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: file, context: context)
        }
        #expect(error?.file == file)
        #expect(error?.field == field)
        #expect(error?.remedy.isEmpty == false)
        #expect(error?.failureClass == .fatal)
    }

    @Test func `a missing file, another format and a missing choice are named`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try write(("config", "contexts: []"), ("broken", "a: [b\n"))
        let noChoice = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: file)
        }
        #expect(noChoice?.field == "current-context")
        let broken = folder.appendingPathComponent("broken").path
        #expect(throws: KubernetesConfigurationError.self) { try KubernetesConfiguration.load(kubeconfig: broken) }
        let absent = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfig: "/nowhere/config")
        }
        #expect(absent?.file == "/nowhere/config")
    }

    @Test func `of several files the first with the context counts`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try write(("config", Self.full), ("other", "contexts: []"), ("ca.pem", "PEM"))
        let other = folder.appendingPathComponent("other").path
        let files = ["/nowhere/config", other, file]
        #expect(try KubernetesConfiguration.load(kubeconfigs: files).defaultNamespace == "shop")
        #expect(try KubernetesConfiguration.load(kubeconfigs: files, context: "files").skipsVerification)
        #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.load(kubeconfigs: files, context: "absent")
        }
        #expect(throws: KubernetesConfigurationError.self) { try KubernetesConfiguration.load(kubeconfigs: []) }
    }

    @Test func `a pod finds its own credentials`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try write(("ca.crt", "CA"), ("token", "t"), ("namespace", "understudy\n"))
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        let configuration = try KubernetesConfiguration.inCluster(folder: folder.path, environment: environment)
        #expect(configuration.server == "https://[fd00::1]:443")
        #expect(configuration.defaultNamespace == "understudy")
        #expect(configuration.token == .file(folder.appendingPathComponent("token").path))
        let outside = #expect(throws: KubernetesConfigurationError.self) {
            try KubernetesConfiguration.inCluster(folder: folder.path, environment: [:])
        }
        #expect(outside?.field == "KUBERNETES_SERVICE_HOST")
    }

    @Test func `credentials do not show when a configuration is printed`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = try KubernetesConfiguration.load(kubeconfig: write(("config", Self.full)))
        configuration.token = .fixed("hunter2")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("KEY"))
        }
    }
}
