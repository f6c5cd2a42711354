public import KubernetesClient

extension HelmChart {
    /// A chart of finished objects, which installs exactly them, hooks included.
    ///
    /// The objects are in a file that the one template includes, so that nothing in them is taken for a template.
    ///
    /// - Parameters:
    ///   - name: the chart's name.
    ///   - appVersion: the version that is shown for the release.
    ///   - objects: complete Kubernetes objects.
    public static func finished(name: String, appVersion: String, objects: [JSONValue]) -> HelmChart {
        HelmChart(
            metadata: [
                "apiVersion": "v2", "name": .string(name), "version": "0.0.0", "appVersion": .string(appVersion),
                "description": "Finished objects; the templates were rendered before.",
            ],
            files: [
                File(path: objectsPath, contents: [UInt8](ManifestDocuments.text(of: objects).utf8)),
                File(
                    path: "templates/objects.yaml", contents: [UInt8]("{{ .Files.Get \"\(objectsPath)\" }}\n".utf8)),
            ])
    }

    private static let objectsPath = "objects.yaml"
}
